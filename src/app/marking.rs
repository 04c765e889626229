//! Choosing several rows: one by one, as a range, what belongs together, or all that a pane shows.

use crate::app::env::Env;
use crate::app::seat::Seat;
use crate::commands::table::Command;
use crate::state::alike;
use crate::ui::marks::Mark;
use crate::ui::target::{RowId, Target};

/// Runs a command of marking on what the moderator saw under the cursor.
pub fn run(seat: &mut Seat, env: &Env<'_>, command: Command, target: &Target) {
    let scene = env.scene;
    let row = seat.screen.row_of(target).map(|(_, row)| row);
    let Some(mark) = row.and_then(|row| seat.screen.mark_of(&scene, row)) else {
        return seat.tell(env, scene.say("mark-nothing"));
    };
    match command {
        Command::Mark => {
            seat.screen.toggle_mark(Mark { target: *target, ..mark });
        }
        Command::MarkRange => {
            let open = seat.screen.toggle_range(&scene, mark.row);
            if open {
                // How the range is closed is said longer than how many are in it, which the title tells.
                return seat.tell(env, scene.say("mark-range-open"));
            }
        }
        Command::MarkCluster => return cluster(seat, env, target),
        _ => {
            let all = seat.screen.every_mark(&scene);
            let loaded = all.len();
            seat.screen.add_marks(all);
            if let Some(all) = seat.screen.beyond_loaded(&scene, loaded) {
                let args = [("n", loaded.to_string()), ("all", all)];
                let args = args.each_ref().map(|(name, value)| (*name, value.as_str()));
                return seat.tell(env, scene.say_with("marked-as-loaded", &args));
            }
        }
    }
    count(seat, env);
}

/// Everything that says nearly the same, of whomever, in whichever room of the pane.
fn cluster(seat: &mut Seat, env: &Env<'_>, target: &Target) {
    let scene = env.scene;
    let Some(message) = target.message.and_then(|id| scene.state.stream.message(id)) else {
        return seat.tell(env, scene.say("off-no-message"));
    };
    let alike = alike::to(scene.state, message);
    let in_queue = matches!(seat.screen.row_of(target), Some((_, RowId::Case(_))));
    let rows: Vec<RowId> = if in_queue {
        let about = |case: &&crate::state::queue::Case| {
            case.waits(scene.now) && case.remarks.iter().any(|remark| alike.contains(&remark.message))
        };
        scene.state.queue.iter().filter(about).map(|case| RowId::Case(case.id)).collect()
    } else {
        let shown = |id: &crate::model::id::MessageId| {
            let room = scene.state.stream.message(*id).map(|message| message.room);
            seat.screen.room().is_none_or(|only| room == Some(only))
        };
        alike.into_iter().filter(shown).map(|id| RowId::Line(id.0)).collect()
    };
    let marks: Vec<Mark> = rows.into_iter().filter_map(|row| seat.screen.mark_of(&scene, row)).collect();
    seat.screen.add_marks(marks);
    count(seat, env);
}

fn count(seat: &mut Seat, env: &Env<'_>) {
    let count = seat.screen.marked_count(&env.scene);
    if count > 0 {
        seat.tell(env, env.scene.say_with("marked-told", &[("n", &count.to_string())]));
    }
}
