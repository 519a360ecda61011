//! The report as JSON: the document itself, indented, with a line feed at its end.

use super::Report;

/// Renders the document.
pub fn json(report: &Report) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(report)?;
    bytes.push(b'\n');
    Ok(bytes)
}
