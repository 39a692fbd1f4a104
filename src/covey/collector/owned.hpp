// A new reference to a Python object, given back at the end of a scope.
#pragma once

#include <covey/collector/python.hpp>

namespace covey::collector {

// nullptr for what could not be had, with no exception set.
class Owned {
 public:
  explicit Owned(PyObject* object) : m_object(object) {
    if (object == nullptr) PyErr_Clear();
  }
  ~Owned() { Py_XDECREF(m_object); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;

  PyObject* get() const { return m_object; }
  bool has_value() const { return m_object != nullptr && m_object != Py_None; }

 private:
  PyObject* m_object;
};

// A new reference to object.name; nullptr, with an exception set or `object` being none, where there is none.
inline PyObject* attribute(PyObject* object, const char* name) {
  return object == nullptr ? nullptr : PyObject_GetAttrString(object, name);
}

// A new reference to mapping[key]; nullptr as of attribute().
inline PyObject* item(PyObject* mapping, const char* key) {
  return mapping == nullptr ? nullptr : PyMapping_GetItemString(mapping, key);
}

}  // namespace covey::collector
