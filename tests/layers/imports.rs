//! The graph of the files of a program: which file uses an item that another file defines.
//!
//! A path resolves to the file that defines its last item, wherever it is re-exported. A `pub use`
//! alone is not a use: it gives an item a public name. Of methods, only those are seen that one file
//! gives to a type of another, and that this other file calls.

use std::collections::{BTreeMap, BTreeSet};

use crate::tokens::{tokens, without_tests};

/// A path as its segments.
type Segments = Vec<String>;

/// A file: its modules, the names that it binds, and the rest of its code.
#[derive(Default)]
struct Module {
    children: BTreeSet<String>,
    /// Imported and re-exported names with their paths.
    names: BTreeMap<String, Segments>,
    imports: Vec<Segments>,
    /// The names that are re-exported.
    exports: BTreeSet<String>,
    /// The methods that the file gives to types, by the name of the type.
    methods: Vec<(String, String)>,
    code: Vec<String>,
}

/// The files of a program by module path; the root is empty.
#[derive(Default)]
pub(crate) struct Program {
    modules: BTreeMap<Segments, Module>,
}

/// What a path names.
enum Named {
    Module(Segments),
    /// An item, by the module that defines it.
    Item(Segments),
    /// Something outside of the program.
    Outside,
}

/// The uses between files: from, to, and the paths by which.
pub(crate) type Uses = BTreeMap<(String, String), BTreeSet<String>>;

impl Program {
    /// Reads a program from its files, each given by its path under `src`.
    pub(crate) fn of(files: &BTreeMap<String, String>) -> Self {
        let mut program = Self::default();
        let roots = ["lib.rs", "main.rs"];
        let root = roots.iter().find_map(|name| files.get(*name));
        let mut open = vec![(Vec::new(), root.map_or("", String::as_str))];
        while let Some((path, text)) = open.pop() {
            let module = Module::of(&without_tests(&tokens(text)));
            for child in &module.children {
                let path: Segments = path.iter().chain([child]).cloned().collect();
                if let Some(text) = files.get(&file_name(&path)) {
                    open.push((path, text));
                }
            }
            program.modules.insert(path, module);
        }
        program
    }

    /// Returns the uses between files.
    pub(crate) fn uses(&self) -> Uses {
        let mut uses = Uses::new();
        for (from, module) in &self.modules {
            let exports = module.exports.iter().filter(|name| module.mentions(name));
            let exports = exports.filter_map(|name| module.names.get(name));
            let paths = module.imports.iter().chain(exports).cloned();
            for path in paths.chain(self.paths_in_code(from, module)) {
                if let Named::Item(to) = self.resolve(from, &path, 0)
                    && to != *from
                {
                    let between = (file_name(from), file_name(&to));
                    uses.entry(between).or_default().insert(path.join("::"));
                }
            }
        }
        self.add_methods(&mut uses);
        uses
    }

    /// Adds the uses of methods that another file gives to a type, in the file that defines the type.
    fn add_methods(&self, uses: &mut Uses) {
        for (giver, module) in &self.modules {
            for (of, method) in &module.methods {
                let Named::Item(owner) = self.resolve(giver, std::slice::from_ref(of), 0) else {
                    continue;
                };
                if owner != *giver && self.modules.get(&owner).is_some_and(|m| m.calls(method)) {
                    let between = (file_name(&owner), file_name(giver));
                    uses.entry(between).or_default().insert(format!("{of}::{method}"));
                }
            }
        }
    }

    /// Returns the paths in code that begin at the root or at a module.
    fn paths_in_code(&self, from: &Segments, module: &Module) -> Vec<Segments> {
        let code = &module.code;
        let mut out = Vec::new();
        for at in 0..code.len() {
            let is_start = (at == 0 || code[at - 1] != "::")
                && code.get(at + 1).is_some_and(|next| next == "::");
            if !is_start || !is_word(&code[at]) {
                continue;
            }
            let rest = code[at + 2..].chunks(2).take_while(|pair| is_word(&pair[0]));
            let mut path = vec![code[at].clone()];
            for pair in rest {
                path.push(pair[0].clone());
                if pair.get(1).is_none_or(|next| next != "::") {
                    break;
                }
            }
            let first = Segments::from([code[at].clone()]);
            let is_module = ["crate", "self", "super"].contains(&code[at].as_str())
                || matches!(self.resolve(from, &first, 0), Named::Module(_))
                || module.children.contains(&code[at]);
            if is_module {
                out.push(path);
            }
        }
        out
    }

    /// Returns what a path in a module names.
    fn resolve(&self, from: &Segments, path: &[String], depth: usize) -> Named {
        let Some(first) = path.first().filter(|_| depth < 16) else { return Named::Outside };
        let parent = from.len().saturating_sub(1);
        let (mut at, mut rest) = match first.as_str() {
            "crate" => (Vec::new(), &path[1..]),
            "self" => (from.clone(), &path[1..]),
            "super" => (from[..parent].to_vec(), &path[1..]),
            name => {
                let module = &self.modules[from];
                let is_imported = module.names.get(name).is_some_and(|to| to != path);
                if !module.children.contains(name) && !is_imported {
                    return Named::Outside;
                }
                (from.clone(), path)
            }
        };
        while let Some((name, after)) = rest.split_first() {
            let Some(module) = self.modules.get(&at) else { return Named::Outside };
            let is_child = module.children.contains(name);
            match module.names.get(name).filter(|_| after.is_empty() || !is_child) {
                Some(path) => match self.resolve(&at, path, depth + 1) {
                    Named::Module(to) => at = to,
                    other => return other,
                },
                None if is_child => at.push(name.clone()),
                None => return Named::Item(at),
            }
            rest = after;
        }
        Named::Module(at)
    }
}

impl Module {
    fn of(tokens: &[String]) -> Self {
        let mut module = Self::default();
        let mut at = 0;
        while at < tokens.len() {
            let next = |ahead: usize| tokens.get(at + ahead).map_or("", String::as_str);
            match tokens[at].as_str() {
                "mod" if next(2) == ";" => {
                    module.children.insert(next(1).to_owned());
                    at += 3;
                }
                "use" if is_word(next(1)) || next(1) == "{" => {
                    let end = (at..tokens.len()).find(|i| tokens[*i] == ";");
                    let end = end.unwrap_or(tokens.len());
                    let mut found = Vec::new();
                    tree(&tokens[at + 1..end], &mut 0, &Segments::new(), &mut found);
                    module.bind(found, is_export(&tokens[..at]));
                    at = end + 1;
                }
                _ => {
                    module.code.push(tokens[at].clone());
                    at += 1;
                }
            }
        }
        module.methods = methods(&module.code);
        module
    }

    fn bind(&mut self, found: Vec<(String, Segments)>, is_export: bool) {
        for (name, path) in found {
            if is_export {
                self.exports.insert(name.clone());
            } else {
                self.imports.push(path.clone());
            }
            self.names.insert(name, path);
        }
    }

    /// Returns whether the code calls a method of this name.
    fn calls(&self, method: &str) -> bool {
        let is_call = |at: usize| {
            self.code[at] == method
                && [".", "::"].contains(&self.code[at - 1].as_str())
                && self.code.get(at + 1).is_some_and(|next| next == "(")
        };
        (1..self.code.len()).any(is_call)
    }

    /// Returns whether the code uses a name, not only as a field or method.
    fn mentions(&self, name: &str) -> bool {
        self.code.iter().enumerate().any(|(at, token)| {
            token == name && (at == 0 || ![".", "::", "fn"].contains(&self.code[at - 1].as_str()))
        })
    }
}

/// Returns the methods of each inherent `impl`, with the name of its type.
fn methods(code: &[String]) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for at in (0..code.len()).filter(|at| code[*at] == "impl") {
        let Some(open) = (at..code.len()).find(|i| code[*i] == "{" || code[*i] == ";") else {
            continue;
        };
        let header = without_generics(&code[at + 1..open]);
        let [of] = &header[..] else { continue };
        let mut depth = 0_usize;
        for (i, token) in code.iter().enumerate().skip(open) {
            match token.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                "fn" if depth == 1 => out.push((of.clone(), code[i + 1].clone())),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    out
}

/// Returns the tokens outside of angle brackets, up to a `where`.
fn without_generics(tokens: &[String]) -> Vec<String> {
    let mut depth = 0_usize;
    let mut out = Vec::new();
    for token in tokens.iter().take_while(|token| *token != "where") {
        match token.as_str() {
            "<" => depth += 1,
            ">" => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(token.clone()),
            _ => {}
        }
    }
    out
}

/// Reads a tree of imports from `at` on into names with their paths.
fn tree(tokens: &[String], at: &mut usize, prefix: &Segments, out: &mut Vec<(String, Segments)>) {
    let mut path = prefix.clone();
    while let Some(token) = tokens.get(*at) {
        match token.as_str() {
            "::" => *at += 1,
            "{" => {
                *at += 1;
                while tokens.get(*at).is_some_and(|token| token != "}") {
                    tree(tokens, at, &path, out);
                    *at += usize::from(tokens.get(*at).is_some_and(|token| token == ","));
                }
                *at += 1;
                return;
            }
            "as" => {
                let name = tokens.get(*at + 1).cloned().unwrap_or_default();
                *at += 2;
                out.push((name, path));
                return;
            }
            "," | "}" => break,
            word => {
                if word != "self" || path.is_empty() {
                    path.push(word.to_owned());
                }
                *at += 1;
            }
        }
    }
    if let Some(name) = path.last().cloned() {
        out.push((name, path));
    }
}

/// Returns whether the code before a `use` makes it public.
fn is_export(before: &[String]) -> bool {
    match before.last().map(String::as_str) {
        Some("pub") => true,
        Some(")") => {
            let open = before.iter().rposition(|token| token == "(");
            open.is_some_and(|open| open > 0 && before[open - 1] == "pub")
        }
        _ => false,
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Returns the path of a module's file under `src`.
fn file_name(module: &[String]) -> String {
    if module.is_empty() { "lib.rs".to_owned() } else { format!("{}.rs", module.join("/")) }
}

/// Returns the groups of files that use one another, by whatever detour.
pub(crate) fn circles(uses: &Uses) -> Vec<BTreeSet<String>> {
    let files: BTreeSet<&String> = uses.keys().flat_map(|(from, to)| [from, to]).collect();
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        files.iter().map(|file| (*file, reached(uses, file))).collect();
    let mut out: Vec<BTreeSet<String>> = Vec::new();
    for file in files {
        if !reached[file].contains(file) || out.iter().any(|circle| circle.contains(file)) {
            continue;
        }
        let both = reached[file].iter().filter(|other| reached[*other].contains(file));
        out.push(both.map(|other| (*other).clone()).collect());
    }
    out
}

fn reached<'a>(uses: &'a Uses, from: &str) -> BTreeSet<&'a String> {
    let mut out = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for (_, to) in uses.keys().filter(|(from, _)| from == file) {
            if out.insert(to) {
                open.push(to);
            }
        }
    }
    out
}
