//! The TypeScript of all commands, generated from the same list that runs them.

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};

use ts_rs::{Config, TS, TypeVisitor};

/// The file that the ui reads.
const FILE: &str = "Commands.ts";

/// The types and commands found so far.
pub(crate) struct Files {
    config: Config,
    seen: HashSet<TypeId>,
    types: BTreeMap<String, String>,
    commands: Vec<String>,
    views: Vec<String>,
}

impl Files {
    pub(crate) fn new() -> Self {
        // Amounts stay within what a JavaScript number holds exactly.
        let config = Config::new().with_large_int("number");
        Self { config, seen: HashSet::new(), types: BTreeMap::new(), commands: Vec::new(), views: Vec::new() }
    }

    /// Takes in a command of a till with the types of its argument and its reply.
    pub(crate) fn command<A: TS + 'static, R: TS + 'static>(&mut self, name: &str) {
        let line = self.line::<A, R>(name);
        self.commands.push(line);
    }

    /// The same of what only a browser at a server can ask.
    pub(crate) fn view<A: TS + 'static, R: TS + 'static>(&mut self, name: &str) {
        let line = self.line::<A, R>(name);
        self.views.push(line);
    }

    fn line<A: TS + 'static, R: TS + 'static>(&mut self, name: &str) -> String {
        self.visit::<A>();
        self.visit::<R>();
        let (args, reply) = (A::name(&self.config), R::name(&self.config));
        format!("  {name}: {{ args: {args}; reply: {reply} }};\n")
    }

    /// Name and text of each file.
    pub(crate) fn finish(self) -> Vec<(String, String)> {
        let types: String = self.types.into_values().collect();
        let commands: String = self.commands.into_iter().collect();
        let views: String = self.views.into_iter().collect();
        let text = format!(
            "// Generated from the Rust crate `desk`; never edited by hand.\n\n{types}export interface Commands {{\n{commands}}}\n\nexport interface Views {{\n{views}}}\n"
        );
        let trimmed: String = text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
        vec![(FILE.to_owned(), trimmed)]
    }
}

impl TypeVisitor for Files {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
        // Only our own types have a place to stand in; numbers, lists and options are written where they are used.
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            let text = format!("{docs}export {}\n\n", T::decl(&self.config));
            self.types.insert(T::ident(&self.config), text);
        }
    }
}
