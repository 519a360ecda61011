//! The text of a shared AWS file, as sections with their lines. Keeps what tools read differently
//! as a doubt beside what it touches; never judges whether that matters.

/// The sections of one file, in its order.
///
/// The text is read as the AWS CLI does (Python's `RawConfigParser` and botocore's `configloader`).
/// Whatever the SDKs' own parsers read otherwise is kept as a doubt. Nothing here is shown by
/// `Debug`: the file may hold secrets.
#[derive(Clone, Default)]
pub struct Sections {
    pub(crate) sections: Vec<Section>,
    /// What is wrong with the file as a whole.
    pub(crate) doubts: Vec<Doubt>,
}

/// One `[header]` and what stands below it.
#[derive(Clone)]
pub(crate) struct Section {
    /// Between the brackets, as it stands.
    pub(crate) header: String,
    /// What other tools take for the header, where they differ.
    pub(crate) other_header: Option<String>,
    pub(crate) line: usize,
    pub(crate) entries: Vec<Entry>,
    pub(crate) doubts: Vec<Doubt>,
}

/// One `key = value`.
#[derive(Clone)]
pub(crate) struct Entry {
    /// In lower case.
    pub(crate) key: String,
    pub(crate) value: String,
    /// The indented `key = value` lines below a key without a value.
    pub(crate) nested: Vec<Entry>,
    pub(crate) line: usize,
    pub(crate) doubt: Option<Doubt>,
}

/// A line that tools read differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Doubt {
    pub(crate) line: usize,
    /// What the line does, as the end of a sentence that begins with the line.
    pub(crate) reason: &'static str,
}

const BLANKS: [char; 2] = [' ', '\t'];
const COMMENTS: [char; 2] = ['#', ';'];

impl Sections {
    /// Reads a whole file. Every text is readable; what is odd in it becomes a doubt.
    pub fn parse(text: &str) -> Self {
        let mut reader = Reader::default();
        let unmarked = text.strip_prefix('\u{feff}');
        if unmarked.is_some() {
            let doubt = Doubt { line: 1, reason: "begins with a byte order mark" };
            reader.sections.doubts.push(doubt);
        }
        let text = unmarked.unwrap_or(text);
        for line in text.split('\n') {
            reader.number += 1;
            reader.line(line.strip_suffix('\r').unwrap_or(line));
        }
        reader.finish()
    }
}

impl Section {
    /// The entry of this key, if it stands there once and is beyond doubt.
    pub(crate) fn get(&self, key: &str) -> Result<Option<&Entry>, Doubt> {
        find(&self.entries, key)
    }
}

impl Entry {
    /// The entry of this key among the indented lines.
    pub(crate) fn get(&self, key: &str) -> Result<Option<&Entry>, Doubt> {
        find(&self.nested, key)
    }
}

fn find<'a>(entries: &'a [Entry], key: &str) -> Result<Option<&'a Entry>, Doubt> {
    let mut same = entries.iter().filter(|entry| entry.key == key);
    let first = same.clone().next();
    match same.find_map(|entry| entry.doubt) {
        Some(doubt) => Err(doubt),
        None => Ok(first),
    }
}

#[derive(Default)]
struct Reader {
    sections: Sections,
    /// The line being read, counted from 1.
    number: usize,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let bare = line.trim_matches(BLANKS);
        let is_indented = line.starts_with(BLANKS);
        let is_comment = bare.starts_with(COMMENTS);
        if line.contains('\r') {
            self.doubt_file("holds a carriage return that ends no line");
        } else if !is_comment && bare.contains(is_odd) {
            self.doubt_section("holds a control character or unusual white space");
        }
        match (bare.is_empty(), is_comment, is_indented, bare.starts_with('[')) {
            (true, ..) | (_, true, false, _) => {}
            (_, true, true, _) => self.indented_comment(),
            (.., true, true) => self.indented_header(bare),
            (.., false, true) => self.header(bare),
            (.., true, false) => self.continuation(bare),
            (.., false, false) => self.property(bare),
        }
    }

    fn header(&mut self, bare: &str) {
        let loose = bare.strip_prefix('[').and_then(|rest| rest.rsplit_once(']'));
        let loose = loose.map(|(header, _)| header).filter(|header| !header.is_empty());
        let uncommented = bare.split(COMMENTS).next().unwrap_or(bare).trim_matches(BLANKS);
        let strict = uncommented.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        match (loose, strict) {
            (Some(loose), Some(strict)) if loose == strict => self.begin(loose, None, None),
            (Some(loose), other) => {
                self.begin(loose, other, Some("is a section whose name tools read differently"));
            }
            (None, other) => {
                let reason = "is a section without a name or a closing bracket";
                self.doubt_above(reason);
                let header = other.unwrap_or(bare.trim_start_matches('['));
                self.begin(header, None, Some(reason));
            }
        }
    }

    /// A section for some tools, a continuation of the line above for others.
    fn indented_header(&mut self, bare: &str) {
        let reason = "is an indented section";
        self.doubt_above(reason);
        self.header(bare);
        self.doubt_section(reason);
    }

    fn begin(&mut self, header: &str, other: Option<&str>, reason: Option<&'static str>) {
        let line = self.number;
        self.sections.sections.push(Section {
            header: header.to_owned(),
            other_header: other.map(str::to_owned),
            line,
            entries: Vec::new(),
            doubts: reason.map(|reason| Doubt { line, reason }).into_iter().collect(),
        });
    }

    fn property(&mut self, bare: &str) {
        let Some((key, value)) = bare.split_once(['=', ':']) else {
            return self.doubt_section("is neither a section nor a key with a value");
        };
        let key = key.trim_matches(BLANKS);
        if key.is_empty() {
            return self.doubt_section("has a value and no key");
        }
        let by_equals = bare.split_once('=').map(|(key, _)| key.trim_matches(BLANKS));
        let reason = if by_equals == Some(key) { comment(bare) } else { Some(COLON) };
        let line = self.number;
        let Some(section) = self.sections.sections.last_mut() else {
            return self.doubt_file("stands before the first section");
        };
        push(&mut section.entries, &key.to_lowercase(), (value, line), reason);
    }

    fn continuation(&mut self, bare: &str) {
        let line = self.number;
        let Some(entry) = self.entry() else {
            return self.doubt_section("is indented below no key");
        };
        if !entry.value.is_empty() {
            return doubt(entry, line, "continues the value above it");
        }
        match bare.split_once('=') {
            Some((key, value)) => {
                let key = key.trim_matches(BLANKS);
                push(&mut entry.nested, key, (value, line), comment(bare));
            }
            None => doubt(entry, line, "is indented and has no `=`"),
        }
    }

    fn indented_comment(&mut self) {
        let (line, reason) = (self.number, "is an indented comment");
        match self.entry() {
            Some(entry) => doubt(entry, line, reason),
            None => self.doubt_section(reason),
        }
    }

    /// The entry that an indented line would belong to.
    fn entry(&mut self) -> Option<&mut Entry> {
        self.sections.sections.last_mut()?.entries.last_mut()
    }

    fn doubt_file(&mut self, reason: &'static str) {
        self.sections.doubts.push(Doubt { line: self.number, reason });
    }

    /// Doubts the section above a new one, for the tools that would not end it here.
    fn doubt_above(&mut self, reason: &'static str) {
        let doubt = Doubt { line: self.number, reason };
        if let Some(above) = self.sections.sections.last_mut() {
            above.doubts.push(doubt);
        }
    }

    fn doubt_section(&mut self, reason: &'static str) {
        let doubt = Doubt { line: self.number, reason };
        match self.sections.sections.last_mut() {
            Some(section) => section.doubts.push(doubt),
            None => self.sections.doubts.push(doubt),
        }
    }

    fn finish(mut self) -> Sections {
        let lends = |section: &&Section| section.header == "DEFAULT" && !section.entries.is_empty();
        if let Some(section) = self.sections.sections.iter().find(lends) {
            let reason = "is a section whose keys the AWS CLI adds to every other section";
            self.sections.doubts.push(Doubt { line: section.line, reason });
        }
        self.sections
    }
}

const COLON: &str = "separates key and value by `:`, not `=`";

/// Some tools cut a value at the first `#` or `;` after white space.
fn comment(line: &str) -> Option<&'static str> {
    let pairs = line.chars().zip(line.chars().skip(1));
    let mut marks =
        pairs.filter(|(before, mark)| before.is_whitespace() && COMMENTS.contains(mark));
    marks.next().map(|_| "holds what some tools take for a comment")
}

fn push(
    entries: &mut Vec<Entry>,
    key: &str,
    (value, line): (&str, usize),
    reason: Option<&'static str>,
) {
    let is_repeated = entries.iter().any(|entry| entry.key == key);
    let reason = if is_repeated { Some("repeats a key of its section") } else { reason };
    entries.push(Entry {
        key: key.to_owned(),
        value: value.trim_matches(BLANKS).to_owned(),
        nested: Vec::new(),
        line,
        doubt: reason.map(|reason| Doubt { line, reason }),
    });
}

fn doubt(entry: &mut Entry, line: usize, reason: &'static str) {
    entry.doubt.get_or_insert(Doubt { line, reason });
}

fn is_odd(c: char) -> bool {
    (c.is_control() || c.is_whitespace()) && !BLANKS.contains(&c)
}
