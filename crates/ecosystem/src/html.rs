//! Pages in HTML, as far as anything here reads them.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

/// The tags that begin elements, in order. What stands in a script or a comment
/// is none.
pub(crate) fn start_tags(text: &str) -> impl Iterator<Item = StartTag<()>> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(text, emitter).filter_map(|token| match token {
        Ok(Token::StartTag(tag)) => Some(tag),
        Ok(_) => None,
    })
}
