//! The pickles of `PyTorch`, understood and not run.
//!
//! A pickle is a program for a machine with a stack, which may call any function of Python. This machine knows the
//! instructions that build numbers, texts, lists, dictionaries and tensors, of the protocols 2 to 5. Of the
//! functions it knows those that `callables` lists, and does itself what they would do. Anything else is refused.
//!
//! Things are in one list and refer to one another by index, so that a thing in many places is stored once and a
//! thing that contains itself does no harm. All counts are bounded.

use crate::report::model_torch::callables::{Callable, callable};
use crate::report::model_torch::instructions::{Instruction, Instructions};
use crate::report::model_torch::tensor_view::TensorView;
use crate::text::excerpt;

/// The most values and things. A network of the most layers, with the state of an optimiser, has half of them.
const MOST_VALUES: usize = 1 << 20;
const MOST_THINGS: usize = 1 << 17;

/// The most letters of the name of a storage, which is a number.
const LONGEST_KEY: usize = 64;

/// A value on the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// None, a truth value, or a float.
    Plain,
    /// A whole number.
    Number(i64),
    /// A thing of this index.
    Thing(usize),
}

/// A thing that values refer to.
enum Stored<'a> {
    Text(&'a str),
    List(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    Callable(Callable),
    Storage(TensorView),
    Tensor(TensorView),
    /// The result of a call that does not matter.
    Other,
}

/// What a pickle has built.
pub(super) struct Pickle<'a> {
    things: Vec<Stored<'a>>,
    root: Value,
}

/// A value as its reader sees it.
pub(super) enum Thing<'a> {
    /// A text.
    Text(&'a str),
    /// A whole number.
    Number(i64),
    /// A list or tuple.
    List(&'a [Value]),
    /// A dictionary.
    Dict(&'a [(Value, Value)]),
    /// A tensor.
    Tensor(&'a TensorView),
    /// Anything else.
    Other,
}

impl Thing<'_> {
    /// Returns a name for messages.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Number(_) => "a number",
            Self::List(_) => "a list without tensors",
            Self::Dict(_) => "a dictionary without tensors",
            Self::Tensor(_) => "a tensor alone",
            Self::Other => "no tensors",
        }
    }
}

impl Pickle<'_> {
    /// Returns what the whole pickle builds.
    pub(super) fn root(&self) -> Value {
        self.root
    }

    /// Returns what a value refers to.
    pub(super) fn thing(&self, value: Value) -> Thing<'_> {
        match value {
            Value::Plain => Thing::Other,
            Value::Number(number) => Thing::Number(number),
            Value::Thing(at) => match self.things.get(at) {
                Some(Stored::Text(text)) => Thing::Text(text),
                Some(Stored::List(items)) => Thing::List(items),
                Some(Stored::Dict(entries)) => Thing::Dict(entries),
                Some(Stored::Tensor(view)) => Thing::Tensor(view),
                _ => Thing::Other,
            },
        }
    }
}

/// Understands a pickle.
///
/// # Errors
/// If it is damaged, asks for anything but tensors in lists and dictionaries, or is too large.
pub(super) fn read_pickle(bytes: &[u8]) -> Result<Pickle<'_>, String> {
    let mut machine = Machine::default();
    for instruction in Instructions::of(bytes) {
        let (at, instruction) = instruction?;
        if machine.values > MOST_VALUES || machine.things.len() > MOST_THINGS {
            return Err(format!("its pickle builds more than {MOST_THINGS} things"));
        }
        if matches!(instruction, Instruction::Stop) {
            let root = machine.stack.pop().ok_or("its pickle builds nothing")?;
            return Ok(Pickle { things: machine.things, root });
        }
        machine.carry_out(instruction).map_err(|error| match error {
            Refusal::Damaged => format!("its pickle is damaged at byte {at}"),
            Refusal::Named(why) => why,
        })?;
    }
    Err("its pickle is cut off".to_owned())
}

/// Why an instruction is not carried out.
enum Refusal {
    /// It does not fit what is on the stack.
    Damaged,
    /// Another reason.
    Named(String),
}

/// The stack and the memory of a pickle.
#[derive(Default)]
struct Machine<'a> {
    stack: Vec<Value>,
    /// The heights of the stack at which lists of arguments begin.
    marks: Vec<usize>,
    memo: Vec<Option<Value>>,
    things: Vec<Stored<'a>>,
    /// The number of values and marks that were put on the stack.
    values: usize,
}

impl<'a> Machine<'a> {
    fn carry_out(&mut self, instruction: Instruction<'a>) -> Result<(), Refusal> {
        match instruction {
            Instruction::Nothing | Instruction::Stop => {}
            Instruction::Mark => {
                self.values += 1;
                self.marks.push(self.stack.len());
            }
            Instruction::Plain => self.push(Value::Plain),
            Instruction::Number(number) => self.push(Value::Number(number)),
            Instruction::Text(text) => self.add(Stored::Text(text)),
            Instruction::EmptyList => self.add(Stored::List(Vec::new())),
            Instruction::EmptyDict => self.add(Stored::Dict(Vec::new())),
            Instruction::MarkedTuple => {
                let items = self.marked()?;
                self.add(Stored::List(items));
            }
            Instruction::Tuple(size) => {
                let items = self.last(size)?;
                self.add(Stored::List(items));
            }
            Instruction::Append => {
                let items = self.last(1)?;
                self.extend(&items)?;
            }
            Instruction::Appends => {
                let items = self.marked()?;
                self.extend(&items)?;
            }
            Instruction::SetItem => {
                let items = self.last(2)?;
                self.insert(&items)?;
            }
            Instruction::SetItems => {
                let items = self.marked()?;
                self.insert(&items)?;
            }
            Instruction::Put(at) => self.put(at)?,
            Instruction::Memoize => self.put(self.memo.len())?,
            Instruction::Get(at) => {
                let value = self.memo.get(at).copied().flatten().ok_or(Refusal::Damaged)?;
                self.push(value);
            }
            Instruction::Global(module, name) => self.callable(module, name)?,
            Instruction::StackGlobal => {
                let name = self.pop()?;
                let module = self.pop()?;
                let (Some(module), Some(name)) = (self.text(module), self.text(name)) else {
                    return Err(Refusal::Damaged);
                };
                self.callable(module, name)?;
            }
            Instruction::PersistentId => self.storage()?,
            Instruction::Call => self.call()?,
            // The state of a dictionary is the version of its modules, which the tensors do not need.
            Instruction::Pop | Instruction::Build => drop(self.pop()?),
        }
        Ok(())
    }

    fn push(&mut self, value: Value) {
        self.values += 1;
        self.stack.push(value);
    }

    fn add(&mut self, thing: Stored<'a>) {
        self.things.push(thing);
        self.push(Value::Thing(self.things.len() - 1));
    }

    fn pop(&mut self) -> Result<Value, Refusal> {
        let floor = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= floor {
            return Err(Refusal::Damaged);
        }
        self.stack.pop().ok_or(Refusal::Damaged)
    }

    /// Takes the values since the last mark.
    fn marked(&mut self) -> Result<Vec<Value>, Refusal> {
        let from = self.marks.pop().filter(|from| *from <= self.stack.len());
        Ok(self.stack.split_off(from.ok_or(Refusal::Damaged)?))
    }

    /// Takes the last values.
    fn last(&mut self, count: usize) -> Result<Vec<Value>, Refusal> {
        let mut items: Vec<Value> = (0..count).map(|_| self.pop()).collect::<Result<_, _>>()?;
        items.reverse();
        Ok(items)
    }

    fn put(&mut self, at: usize) -> Result<(), Refusal> {
        let value = *self.stack.last().ok_or(Refusal::Damaged)?;
        if at > MOST_THINGS {
            return Err(Refusal::Damaged);
        }
        if self.memo.len() <= at {
            self.memo.resize(at + 1, None);
        }
        self.memo[at] = Some(value);
        Ok(())
    }

    /// Returns the thing on top of the stack, to change it.
    fn top(&mut self) -> Result<&mut Stored<'a>, Refusal> {
        let Some(Value::Thing(at)) = self.stack.last() else { return Err(Refusal::Damaged) };
        self.things.get_mut(*at).ok_or(Refusal::Damaged)
    }

    fn extend(&mut self, items: &[Value]) -> Result<(), Refusal> {
        match self.top()? {
            Stored::List(list) => list.extend(items),
            Stored::Other => {}
            _ => return Err(Refusal::Damaged),
        }
        Ok(())
    }

    fn insert(&mut self, items: &[Value]) -> Result<(), Refusal> {
        match self.top()? {
            Stored::Dict(entries) => {
                entries.extend(items.as_chunks().0.iter().map(|[key, value]| (*key, *value)));
            }
            Stored::Other => {}
            _ => return Err(Refusal::Damaged),
        }
        Ok(())
    }

    fn text(&self, value: Value) -> Option<&'a str> {
        let Value::Thing(at) = value else { return None };
        if let Some(Stored::Text(text)) = self.things.get(at) { Some(text) } else { None }
    }

    fn list(&self, value: Value) -> Option<&[Value]> {
        let Value::Thing(at) = value else { return None };
        if let Some(Stored::List(items)) = self.things.get(at) { Some(items) } else { None }
    }

    /// Returns a list of sizes.
    fn sizes(&self, value: Value) -> Option<Vec<usize>> {
        self.list(value)?.iter().map(|value| size(*value)).collect()
    }

    fn callable(&mut self, module: &str, name: &str) -> Result<(), Refusal> {
        let Some(callable) = callable(module, name) else {
            let named = excerpt(&format!("{module}.{name}"), LONGEST_KEY);
            let is_model = module == "__main__" || module.starts_with("torch.nn");
            let what = if is_model { "a whole model" } else { "more than tensors" };
            return Err(Refusal::Named(format!(
                "it is {what} and would call {named}, which is not done; \
                 torch.save(model.state_dict(), FILE) writes the weights alone"
            )));
        };
        self.add(Stored::Callable(callable));
        Ok(())
    }

    /// Finds the storage that a persistent id names: `("storage", type, key, device, count)`.
    fn storage(&mut self) -> Result<(), Refusal> {
        let id = self.pop()?;
        let parts = self.list(id).ok_or(Refusal::Damaged)?;
        let [kind, number, key, _, count] = *parts else { return Err(Refusal::Damaged) };
        let Value::Thing(number) = number else { return Err(Refusal::Damaged) };
        let Some(Stored::Callable(Callable::Storage(number))) = self.things.get(number) else {
            return Err(Refusal::Damaged);
        };
        let number = *number;
        let key = self.text(key).filter(|key| key.len() <= LONGEST_KEY);
        let (Some("storage"), Some(key), Some(stored)) = (self.text(kind), key, size(count)) else {
            return Err(Refusal::Damaged);
        };
        self.add(Stored::Storage(TensorView::of_storage(key, number, stored)));
        Ok(())
    }

    /// Does what a call of a known function would do.
    fn call(&mut self) -> Result<(), Refusal> {
        let (arguments, callee) = (self.pop()?, self.pop()?);
        let Value::Thing(callee) = callee else { return Err(Refusal::Damaged) };
        let Some(Stored::Callable(callee)) = self.things.get(callee) else {
            return Err(Refusal::Damaged);
        };
        let callee = *callee;
        let arguments = self.list(arguments).ok_or(Refusal::Damaged)?;
        match callee {
            Callable::Dict => self.add(Stored::Dict(Vec::new())),
            Callable::Parameter => {
                let tensor = *arguments.first().ok_or(Refusal::Damaged)?;
                self.push(tensor);
            }
            Callable::Tensor => {
                let view = self.view(arguments).ok_or(Refusal::Damaged)?;
                self.add(Stored::Tensor(view));
            }
            Callable::Storage(_) | Callable::Other => self.add(Stored::Other),
        }
        Ok(())
    }

    /// Returns the view of a storage that these arguments describe: storage, offset, sizes, strides, and more that
    /// only training needs.
    fn view(&self, arguments: &[Value]) -> Option<TensorView> {
        let [Value::Thing(storage), offset, shape, strides, ..] = *arguments else { return None };
        let Some(Stored::Storage(storage)) = self.things.get(storage) else { return None };
        let (shape, strides) = (self.sizes(shape)?, self.sizes(strides)?);
        storage.part(size(offset)?, shape, strides)
    }
}

fn size(value: Value) -> Option<usize> {
    let Value::Number(number) = value else { return None };
    usize::try_from(number).ok()
}
