//! The instructions of a pickle: their codes and arguments, as Python's `pickletools` lists them.

/// The most bytes of the name of a module, a function or a class.
const LONGEST_NAME: usize = 200;

/// An instruction. Those with the same effect here are one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Instruction<'a> {
    /// Has no effect here.
    Nothing,
    /// Ends the pickle.
    Stop,
    /// Begins a list of arguments.
    Mark,
    /// Drops a value.
    Pop,
    /// Pushes None, a truth value, a float, or bytes.
    Plain,
    /// Pushes a whole number.
    Number(i64),
    /// Pushes a text.
    Text(&'a str),
    /// Pushes an empty list.
    EmptyList,
    /// Pushes an empty dictionary.
    EmptyDict,
    /// Makes a tuple of the values since the mark.
    MarkedTuple,
    /// Makes a tuple of so many values.
    Tuple(usize),
    /// Adds a value to a list.
    Append,
    /// Adds the values since the mark to a list.
    Appends,
    /// Adds a key and its value to a dictionary.
    SetItem,
    /// Adds the keys and values since the mark to a dictionary.
    SetItems,
    /// Remembers a value under a number.
    Put(usize),
    /// Remembers a value under the next number.
    Memoize,
    /// Pushes a value that was remembered.
    Get(usize),
    /// Pushes a function or class, by module and name.
    Global(&'a str, &'a str),
    /// Pushes a function or class whose module and name are on the stack.
    StackGlobal,
    /// Pushes what an id stands for.
    PersistentId,
    /// Calls a function with a tuple of arguments.
    Call,
    /// Gives a thing its state.
    Build,
}

/// The instructions of a pickle, with the places of their codes.
pub(super) struct Instructions<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Instructions<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Returns the next bytes.
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    /// Returns the next bytes as a whole number without a sign, the lowest first; there are 8 at most.
    fn number(&mut self, count: usize) -> Option<usize> {
        let bytes = self.take(count)?;
        let value = bytes.iter().rev().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        usize::try_from(value).ok()
    }

    fn text(&mut self, width: usize) -> Option<Instruction<'a>> {
        let length = self.number(width)?;
        Some(Instruction::Text(std::str::from_utf8(self.take(length)?).ok()?))
    }

    /// Passes over bytes whose number comes first.
    fn skip(&mut self, width: usize) -> Option<Instruction<'a>> {
        let length = self.number(width)?;
        self.take(length).map(|_| Instruction::Plain)
    }

    fn line(&mut self) -> Option<&'a str> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().take(LONGEST_NAME + 1).position(|byte| *byte == b'\n')?;
        let line = std::str::from_utf8(self.take(length)?).ok()?;
        self.take(1)?;
        Some(line)
    }

    /// Returns a whole number of the instruction LONG1: its length, then its bytes, with a sign.
    fn long(&mut self) -> Option<Instruction<'a>> {
        let length = self.number(1)?;
        let bytes = self.take(length)?;
        if length > 8 {
            return Some(Instruction::Plain);
        }
        let fill = if bytes.last().is_some_and(|byte| *byte >= 0x80) { 0xff } else { 0 };
        let mut whole = [fill; 8];
        whole[..length].copy_from_slice(bytes);
        Some(Instruction::Number(i64::from_le_bytes(whole)))
    }

    /// Returns the next instruction, or `None` if it is unknown or cut off.
    fn instruction(&mut self) -> Option<Instruction<'a>> {
        Some(match self.number(1)? as u8 {
            0x80 => self.take(1).map(|_| Instruction::Nothing)?,
            0x95 => self.take(8).map(|_| Instruction::Nothing)?,
            b'.' => Instruction::Stop,
            b'(' => Instruction::Mark,
            b'0' => Instruction::Pop,
            b'N' | 0x88 | 0x89 => Instruction::Plain,
            b'G' => self.take(8).map(|_| Instruction::Plain)?,
            b'J' => {
                let number = u32::try_from(self.number(4)?).ok()?;
                Instruction::Number(i64::from(number.cast_signed()))
            }
            b'K' => Instruction::Number(i64::try_from(self.number(1)?).ok()?),
            b'M' => Instruction::Number(i64::try_from(self.number(2)?).ok()?),
            0x8a => self.long()?,
            b'X' => self.text(4)?,
            0x8c => self.text(1)?,
            0x8d => self.text(8)?,
            b'B' | b'T' => self.skip(4)?,
            b'C' | b'U' => self.skip(1)?,
            // A set is as good as a list here.
            b']' | 0x8f => Instruction::EmptyList,
            b'}' => Instruction::EmptyDict,
            b')' => Instruction::Tuple(0),
            0x85 => Instruction::Tuple(1),
            0x86 => Instruction::Tuple(2),
            0x87 => Instruction::Tuple(3),
            b't' | 0x91 => Instruction::MarkedTuple,
            b'a' => Instruction::Append,
            b'e' | 0x90 => Instruction::Appends,
            b's' => Instruction::SetItem,
            b'u' => Instruction::SetItems,
            b'q' => Instruction::Put(self.number(1)?),
            b'r' => Instruction::Put(self.number(4)?),
            0x94 => Instruction::Memoize,
            b'h' => Instruction::Get(self.number(1)?),
            b'j' => Instruction::Get(self.number(4)?),
            b'c' => Instruction::Global(self.line()?, self.line()?),
            0x93 => Instruction::StackGlobal,
            b'Q' => Instruction::PersistentId,
            // A new object is made by a call of its class.
            b'R' | 0x81 => Instruction::Call,
            b'b' => Instruction::Build,
            _ => return None,
        })
    }
}

impl<'a> Iterator for Instructions<'a> {
    type Item = Result<(usize, Instruction<'a>), String>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.at;
        let code = *self.bytes.get(at)?;
        let instruction = self.instruction().ok_or_else(|| {
            format!("its pickle has an unknown or damaged instruction, {code:#04x} at byte {at}")
        });
        Some(instruction.map(|instruction| (at, instruction)))
    }
}
