// The statements of what was delivered: the word of the CPythons that ran it, from tables.
#pragma once

#include <covey/base/result.hpp>
#include <covey/delivery/delivered_data.hpp>

namespace covey::delivery {

// Brings the tables that came along together in data.tables, and finds out which CPython answers for files of which the
// data does not say it (coverage.py's): one that tables came along of, else the one on the path, which compiles them
// then. What nobody answers for is told in the deliveries of such data, as unreadable. Fails where tables cannot be
// written.
base::Result<void> complete_tables(DeliveredData& data, const base::Environment& environment, const std::string& cwd,
                                   int jobs);

}  // namespace covey::delivery
