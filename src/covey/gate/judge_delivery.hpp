// What is wrong with one delivery, or with there being none: the findings' words.
#pragma once

#include <covey/gate/completeness.hpp>

namespace covey::gate {

bool has_data(const Delivery& delivery);
bool has_runner(const Delivery& delivery);  // whether a test runner that counts ran

// What all test runners of the delivery counted together; nothing where one did not come to its end, or none ran.
std::optional<model::TestCounts> counts_of(const Delivery& delivery);

// How many tests the delivery ran or skipped, by its own counts, else by the witnesses'; nothing where nobody counted.
std::optional<std::int64_t> n_tests(const Delivery& delivery, const std::vector<const Witness*>& witnesses);

// How long its sessions took together; nothing where it has none.
std::optional<double> seconds(const Delivery& delivery);

// What is wrong with it. `witnesses`: those that know of it, but for the forge. `commit` as in Evidence.
std::vector<Finding> judge_delivery(const Delivery& delivery, const std::vector<const Witness*>& witnesses,
                                    const std::string& commit);

// That a part of a job is not there, by what a witness, which may be null, says of how it ended.
Finding missing_job(const std::string& job, int part, const Witness* witness);

// That the witness saw it end otherwise than in success, which it must have.
Finding ended_badly(const std::string& job, const Witness& witness);

// That a log and the data differ in what they count; nothing where they agree.
std::optional<Finding> compare_counts(const std::string& job, const std::string& log, const model::TestCounts& logged,
                                      const model::TestCounts& counted);

// The reason for an end other than success.
Reason reason_of(End end);

// Whether --allow-missing covers it: what makes the data that is there wrong is none of its business.
bool may_be_allowed(Reason reason);

}  // namespace covey::gate
