//! Problems of a policy, drawn: file, line, column, a caret below the word, and what to do.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::text::{Colour, harmless};
use crate::policy::{Place, Problem, Severity, Text};

/// Renders every problem, one after the other.
pub fn problems(problems: &[Problem], texts: &[Text], colour: Colour) -> Vec<u8> {
    let renderer = match colour {
        Colour::On => Renderer::styled(),
        Colour::Off => Renderer::plain(),
    };
    let drawn: Vec<String> =
        problems.iter().map(|problem| renderer.render(&groups(problem, texts))).collect();
    let mut text = drawn.join("\n\n");
    text.push('\n');
    text.into_bytes()
}

fn groups<'a>(problem: &'a Problem, texts: &'a [Text]) -> Vec<Group<'a>> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(problem.message.as_str()).id(problem.code.name());
    let places =
        std::iter::once((&problem.place, problem.label.as_deref(), AnnotationKind::Primary)).chain(
            problem
                .also
                .iter()
                .map(|(place, label)| (place, Some(label.as_str()), AnnotationKind::Context)),
        );
    let snippets = texts.iter().enumerate().filter_map(|(file, text)| {
        let annotations: Vec<_> = places
            .clone()
            .filter(|(place, ..)| place.file == file)
            .map(|(place, label, kind)| annotation(place, text, label, kind))
            .collect();
        // What is quoted of the text is neutralised by the renderer, the path is not.
        let snippet = Snippet::source(text.text.as_str()).path(harmless(&text.name));
        (!annotations.is_empty()).then(|| snippet.annotations(annotations))
    });
    let group = title.elements(snippets);
    let hint = problem.hint.as_deref().map(|hint| Level::HELP.message(hint));
    vec![group.elements(hint)]
}

fn annotation<'a>(
    place: &Place,
    text: &Text,
    label: Option<&'a str>,
    kind: AnnotationKind,
) -> annotate_snippets::Annotation<'a> {
    let end = place.span.end.min(text.text.len());
    let start = place.span.start.min(end);
    kind.span(start..end).label(label)
}
