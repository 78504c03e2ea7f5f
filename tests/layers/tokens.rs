//! Splits Rust source into words and signs, and leaves out what does not belong to the program:
//! comments, literals and items for tests.

/// Returns the words and signs of a source text. `::` is one sign.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let next = chars.get(at + 1).copied();
        let c = chars[at];
        if c == '/' && next == Some('/') {
            at = after_line(&chars, at);
        } else if c == '/' && next == Some('*') {
            at = after_block_comment(&chars, at);
        } else if c == '"' {
            at = after_string(&chars, at);
        } else if let Some(end) = raw_string_end(&chars, at) {
            at = end;
        } else if c == '\'' {
            at = after_quote(&chars, at);
        } else if c.is_alphanumeric() || c == '_' {
            let end = (at..chars.len())
                .find(|i| !chars[*i].is_alphanumeric() && chars[*i] != '_')
                .unwrap_or(chars.len());
            out.push(chars[at..end].iter().collect());
            at = end;
        } else if c == ':' && next == Some(':') {
            out.push("::".to_owned());
            at += 2;
        } else {
            if !c.is_whitespace() {
                out.push(c.to_string());
            }
            at += 1;
        }
    }
    out
}

fn after_line(chars: &[char], at: usize) -> usize {
    (at..chars.len()).find(|i| chars[*i] == '\n').unwrap_or(chars.len())
}

fn after_block_comment(chars: &[char], at: usize) -> usize {
    let end = (at + 2..chars.len()).find(|i| chars[*i - 1] == '*' && chars[*i] == '/');
    end.map_or(chars.len(), |end| end + 1)
}

fn after_string(chars: &[char], mut at: usize) -> usize {
    at += 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// Returns the end of the raw string that begins here: `r"…"`, `r#"…"#`, `br"…"`.
fn raw_string_end(chars: &[char], at: usize) -> Option<usize> {
    let is_in_word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    let start = at + usize::from(chars[at] == 'b');
    if is_in_word || chars.get(start) != Some(&'r') {
        return None;
    }
    let quote = (start + 1..chars.len()).find(|i| chars[*i] != '#')?;
    if chars[quote] != '"' {
        return None;
    }
    let hashes = quote - start - 1;
    let closes =
        |i: usize| chars[i] == '"' && (1..=hashes).all(|hash| chars.get(i + hash) == Some(&'#'));
    (quote + 1..chars.len()).find(|i| closes(*i)).map(|i| i + hashes + 1)
}

/// Returns the end of a character literal, or of the quote of a lifetime.
fn after_quote(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), _) => {
            let end = (at + 3..chars.len()).find(|i| chars[*i] == '\'');
            end.map_or(chars.len(), |end| end + 1)
        }
        (Some(_), Some('\'')) => at + 3,
        _ => at + 1,
    }
}

/// Returns the tokens without the items that are compiled for tests only.
pub(crate) fn without_tests(tokens: &[String]) -> Vec<String> {
    const FOR_TESTS: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at..].iter().take(FOR_TESTS.len()).eq(FOR_TESTS.iter()) {
            at = after_item(tokens, at + FOR_TESTS.len());
        } else {
            out.push(tokens[at].clone());
            at += 1;
        }
    }
    out
}

/// Returns the end of the item that begins here: its `;`, or its closing brace.
fn after_item(tokens: &[String], from: usize) -> usize {
    let mut depth = 0_usize;
    let mut is_import = false;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        match token.as_str() {
            "use" if depth == 0 => is_import = true,
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth = depth.saturating_sub(1);
                if depth == 0 && token == "}" && !is_import {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}
