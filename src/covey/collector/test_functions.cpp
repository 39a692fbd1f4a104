#include <covey/collector/owned.hpp>
#include <covey/collector/test_functions.hpp>
#include <string_view>

namespace covey::collector {

namespace {

// str(object) as UTF-8, "None" of None; empty where that cannot be had.
std::string text(const Owned& object) {
  const Owned string(object.get() == nullptr ? nullptr : PyObject_Str(object.get()));
  return std::string(text_of(string.get()));
}

bool takes_self(PyCodeObject* code) {
  if (code->co_argcount == 0) return false;
  const Owned names(PyObject_GetAttrString(reinterpret_cast<PyObject*>(code), "co_varnames"));
  return names.get() != nullptr && PyTuple_GET_SIZE(names.get()) > 0 &&
         text_of(PyTuple_GET_ITEM(names.get(), 0)) == "self";
}

std::string method_name(PyObject* self, PyObject* method, const std::string& name) {
  const Owned function(attribute(method, "__func__"));
  if (function.has_value())
    return text(Owned(attribute(function.get(), "__module__"))) + "." +
           text(Owned(attribute(function.get(), "__qualname__")));
  const Owned type(attribute(self, "__class__"));
  return text(Owned(attribute(type.get(), "__module__"))) + "." + text(Owned(attribute(type.get(), "__name__"))) + "." +
         name;
}

std::string function_name(PyCodeObject* code, PyObject* globals, const std::string& name) {
  const Owned function(item(globals, name.c_str()));
  if (function.has_value()) return text(Owned(attribute(function.get(), "__module__"))) + "." + name;
  // Static and class methods are no globals, and have no self.
  const auto qualified = text_of(code->co_qualname);
  if ((code->co_flags & CO_OPTIMIZED) == 0 || qualified.find("<locals>") != qualified.npos) return {};
  const Owned module(item(globals, "__name__"));
  return (module.get() == nullptr ? "None" : text(module)) + "." + std::string(qualified);
}

}  // namespace

std::string test_context(PyFrameObject* frame) {
  const Owned code_object(reinterpret_cast<PyObject*>(PyFrame_GetCode(frame)));
  auto* code = reinterpret_cast<PyCodeObject*>(code_object.get());
  const std::string name(text_of(code->co_name));
  if (takes_self(code)) {
    const Owned locals(attribute(reinterpret_cast<PyObject*>(frame), "f_locals"));
    const Owned self(item(locals.get(), "self"));
    const Owned method(attribute(self.get(), name.c_str()));
    if (method.has_value()) return method_name(self.get(), method.get(), name);
  }
  const Owned globals(attribute(reinterpret_cast<PyObject*>(frame), "f_globals"));
  return function_name(code, globals.get(), name);
}

}  // namespace covey::collector
