# The filter language: `/`, `&`, saved filters.

filter-too-long = More than { $most } conditions
filter-lone-dash = Nothing after “-”
filter-unknown-field = No field “{ $field }”: from room kind tier flagged since until. To look for the words, put them in quotes
filter-no-value = Nothing after “{ $field }:”
filter-nothing-visible = Nothing visible to look for
filter-unknown-kind = No kind “{ $value }”: text image voice video file link card system other
filter-unknown-tier = No tier “{ $value }”: owner admin voiced member newcomer
filter-unknown-severity = No severity “{ $value }”: S1 S2 S3 S4
filter-unknown-time = Not a time: “{ $value }”. Like 30m, 2h, 3d, 14:00, 11-20, 2026-11-20
filter-open-quote = The quote is not closed
filter-lone-or = “or” stands between two choices
filter-open-bracket = The parenthesis is not closed
filter-lone-bracket = No parenthesis is open here. To look for “)”, put it in quotes
filter-empty-bracket = Nothing between the parentheses

# While a line is typed, and what became of it.
preview-find = words · from: room: kind: tier: flagged acted recalled since: until: · -not · or ( ) · "as written"
preview-filter = words · from: room: kind: tier: flagged acted since: · -not · or ( ) · =name; Enter alone shows everything
filter-nothing = Nothing passes the filter
filter-not-here = This pane has no filter
filter-no-such-name = No filter is called “{ $name }”
filter-save-how = Filter a pane with &, then :save-filter NAME
filter-saved = “{ $name }” is now: { $text }
filter-name-long = A name has at most { $n } characters
filter-forgotten = The filter “{ $name }” is gone
