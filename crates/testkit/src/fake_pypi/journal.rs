use std::fmt::Write as _;

/// An entry of a journal; its number is its place, from 1.
#[derive(Clone, Debug)]
pub struct JournalEntry {
    /// The project, as somebody wrote it.
    pub project: String,
    /// When, in seconds since 1970.
    pub at: i64,
    /// Such as `add Owner ada`.
    pub action: String,
}

/// The answer to `changelog(since, True)` or `changelog_since_serial(serial)`.
pub(super) fn answer(entries: &[JournalEntry], in_one: usize, question: &[u8]) -> String {
    let question = String::from_utf8_lossy(question);
    let number = question.split("<int>").nth(1);
    let number = number.and_then(|rest| rest.split('<').next()?.parse::<i64>().ok());
    let Some(number) = number else {
        return "<methodResponse><fault></fault></methodResponse>".to_owned();
    };
    let by_serial = question.contains("<methodName>changelog_since_serial<");
    let numbered = (1_i64..).zip(entries);
    let wanted = numbered.filter(|(serial, entry)| {
        if by_serial {
            *serial > number
        } else {
            entry.at > number
        }
    });
    let mut rows = String::new();
    for (serial, entry) in wanted.take(in_one) {
        let JournalEntry {
            project,
            at,
            action,
        } = entry;
        // Writing into a text cannot fail.
        let _ = writeln!(
            rows,
            "<value><array><data>\n<value><string>{project}</string></value>\n\
             <value><nil/></value>\n<value><int>{at}</int></value>\n\
             <value><string>{action}</string></value>\n<value><int>{serial}</int></value>\n\
             </data></array></value>"
        );
    }
    format!(
        "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value><array><data>\n\
         {rows}</data></array></value>\n</param>\n</params>\n</methodResponse>\n"
    )
}
