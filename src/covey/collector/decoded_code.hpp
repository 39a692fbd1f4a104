// Code objects as branches need them: which instructions turn elsewhere, and the lines.
#pragma once

#include <algorithm>
#include <array>
#include <covey/collector/code_lines.hpp>
#include <covey/collector/exception_table.hpp>
#include <covey/collector/opcodes.hpp>
#include <cstdint>
#include <span>
#include <vector>

namespace covey::collector {

// Two bytes of code: an instruction, or a part of its inline cache.
struct CodeUnit {
  std::uint8_t opcode;
  std::uint8_t argument;
};

// An instruction after which another than the next one in the code may come.
struct Turn {
  int unit;
  Flow flow;
  int next;  // the unit of the instruction behind it in the code
  int jump;  // the unit it goes to where it jumps, or raises what is handled; -1 where it does not
};

// Of one code object.
class DecodedCode {
 public:
  std::span<const Turn> turns() const { return m_turns; }

  // The first turn at the unit or after it; the end of `turns` where there is none.
  std::span<const Turn>::iterator turn_from(int unit) const {
    return std::partition_point(turns().begin(), turns().end(), [&](const Turn& turn) { return turn.unit < unit; });
  }

  int n_units() const { return static_cast<int>(m_units.size()); }
  // Of the instruction at the unit: the unit of the one behind it in the code, and whether it may raise an exception.
  int next(int unit) const { return unit + m_instructions[static_cast<std::size_t>(unit)].size; }
  bool may_raise(int unit) const { return m_instructions[static_cast<std::size_t>(unit)].may_raise; }

  // The unit that an exception raised at the unit leads to; -1 where it leaves the code.
  int handler_of(int unit) const { return m_handlers.handler_of(unit); }
  bool handles_exceptions() const { return !m_handlers.empty(); }
  // The handler that begins last at the unit or before it; -1 where there is none.
  int handler_before(int unit) const { return m_handlers.handler_before(unit); }
  // The first unit from there on that raises once more what is handled; -1 where there is none.
  int reraise_from(int unit) const {
    const auto turn = std::find_if(turn_from(unit), turns().end(), [](const Turn& each) {
      return each.flow == Flow::reraise || each.flow == Flow::throw_in || each.flow == Flow::end_async_for;
    });
    return turn == turns().end() ? -1 : turn->unit;
  }
  int def_line() const { return m_def_line; }  // co_firstlineno; 1 where that is no line
  const CodeLines& lines() const { return m_lines; }
  int line(int unit) const { return m_lines.at(unit); }  // 0: none

 private:
  friend class DecodedCodes;
  enum class State { nothing, as_found, decoded };
  struct Instruction {
    std::uint8_t size = 1;  // units, its inline cache among them
    bool may_raise = false;
  };

  PyCodeObject* m_code = nullptr;
  State m_state = State::nothing;
  int m_def_line = 0;
  std::vector<CodeUnit> m_units;            // as found
  std::vector<Instruction> m_instructions;  // by unit
  std::vector<Turn> m_turns;
  CodeLines m_lines;
  ExceptionTable m_handlers;
};

// The code objects that started last. What is decoded anew for each that runs costs no memory that stays; and
// PyCode_GetCode, which makes bytes and keeps them, is asked only until it is known what it does to an instruction.
class DecodedCodes {
 public:
  // Of a code object that starts for the first time: takes its instructions, before we have them instrumented, and its
  // lines, which it swaps for others. To be called for every code object that `of` is going to be asked about, or that
  // may be told of one that lay at the same address.
  void found(PyCodeObject* code, CodeLines& lines) noexcept;

  // Valid until the next call. Throws std::bad_alloc.
  const DecodedCode& of(PyCodeObject* code) {
    DecodedCode& decoded = place_of(code);
    if (decoded.m_code != code || decoded.m_state != DecodedCode::State::decoded) decode(decoded, code);
    return decoded;
  }

 private:
  // What an instruction is as compiled, and the units of its inline cache, which change as it runs.
  struct Compiled {
    std::int8_t n_caches = -1;  // -1: not known yet
    Flow flow = Flow::next;
    bool may_raise = true;
  };

  DecodedCode& place_of(PyCodeObject* code) {
    return m_places[(reinterpret_cast<std::uintptr_t>(code) >> 4) * 0x9E3779B97F4A7C15U >> 58];
  }
  void decode(DecodedCode& decoded, PyCodeObject* code);
  bool find_turns(DecodedCode& decoded) const;
  void learn(DecodedCode& decoded, PyCodeObject* code);

  std::array<DecodedCode, 64> m_places;
  std::array<Compiled, 256> m_compiled{};  // by the opcode that was found
};

}  // namespace covey::collector
