//! Numbers as people read them.

/// A number with commas.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_groups_of_three() {
        let shown = [0, 7, 1_234, 1_234_567, 49_400_000].map(thousands);
        assert_eq!(shown, ["0", "7", "1,234", "1,234,567", "49,400,000"]);
    }
}
