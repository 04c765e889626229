//! Why something was flagged, as a page to read: the rule, the words it met in the original text, how sure it is, what
//! else is known, and the recommended step with its reasons.

use crate::enforce::recommend::recommend;
use crate::state::queue::{Case, Remark};
use crate::text::reveal;
use crate::ui::reader::Reader;
use crate::ui::scene::Scene;
use crate::ui::target::Target;

/// The page about the flags on what is under the cursor; nothing where nothing is flagged.
pub fn page(scene: &Scene<'_>, target: &Target) -> Option<Reader> {
    let own = target.case.and_then(|id| scene.state.queue.get(id));
    let naming = target.message.into_iter().flat_map(|id| scene.state.queue.naming(id));
    let mut cases: Vec<&Case> = own.into_iter().chain(naming).collect();
    cases.dedup_by_key(|case| case.id);
    let first = cases.first()?;
    let title = scene.say_with("explain-title", &[("name", &scene.member_name(first.member))]);
    let body = cases.iter().flat_map(|case| about(scene, case)).collect();
    Some(Reader::new(title, body))
}

fn about(scene: &Scene<'_>, case: &Case) -> Vec<String> {
    let severity = crate::ui::phrase::severity_word(case.severity);
    let version = case.remarks.last().map(|remark| remark.rule_version.to_string()).unwrap_or_default();
    let args = [
        ("severity", severity),
        ("rule", &scene.rule(&case.rule)),
        ("id", &case.rule),
        ("version", &version),
        ("confidence", &scene.confidence(case.confidence)),
        ("category", &scene.category(case.category)),
    ];
    let mut lines = vec![scene.say_with("explain-rule", &args)];
    for remark in case.remarks.iter().rev() {
        lines.push(String::new());
        lines.extend(flag(scene, remark));
    }
    let left = usize::try_from(case.flags).unwrap_or(usize::MAX).saturating_sub(case.remarks.len());
    if left > 0 {
        lines.push(scene.say_with("explain-more", &[("n", &left.to_string())]));
    }
    if case.is_open() && !case.is_fault() {
        let advice = recommend(scene.state, case, scene.enforce.style, scene.now);
        let step = scene.words.reason(&advice.step.name(scene.enforce));
        let style = scene.words.reason(&scene.enforce.style.name());
        lines.push(String::new());
        lines.push(scene.say_with("explain-advice", &[("step", &step), ("style", &style)]));
        lines.extend(advice.reasons().iter().map(|reason| format!("  · {}", scene.words.reason(reason))));
    }
    lines.push(String::new());
    lines
}

/// One flag: when, why, and the text with what was met set off.
fn flag(scene: &Scene<'_>, remark: &Remark) -> Vec<String> {
    let mut lines =
        vec![format!("{} {}", scene.clock_seconds(remark.at), scene.words.reason(&remark.reason))];
    let Some(message) = scene.state.stream.message(remark.message) else {
        lines.push(scene.say("explain-text-older"));
        return lines;
    };
    let span = remark.span.map(|span| (span.start as usize, span.end as usize));
    let cut = |from: usize, to: usize| message.text.get(from..to).unwrap_or_default();
    match span {
        Some((from, to)) => {
            let met = reveal::line(cut(from, to)).into_string();
            let (before, after) = (cut(0, from), cut(to, message.text.len()));
            lines.push(format!("  {before}⟦{met}⟧{after}"));
            lines.push(scene.say_with("explain-met", &[("text", &met)]));
        }
        None => {
            lines.push(format!("  {}", message.text));
            lines.push(scene.say("explain-whole"));
        }
    }
    lines
}
