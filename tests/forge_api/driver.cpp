// covey_forge_driver KIND API_URL OWNER/NAME [--budget MILLISECONDS] COMMAND ARGUMENT...
//
// Calls one function of the room forge, with the token in TOKEN, and prints what it returned as "name: value" lines, or
// "error: KIND: message" with exit status 1. Waiting between tries takes a hundredth of its time, and is printed:
// "waited: MILLISECONDS".
//
//     comment NUMBER PROJECT TEXT    status COMMIT STATE PROJECT DESCRIPTION URL    author
//     comments NUMBER    pull NUMBER    find OWNER/NAME BRANCH COMMIT    diff NUMBER    get URL
#include <covey/forge/api.hpp>
#include <covey/forge/comment.hpp>
#include <covey/forge/marker.hpp>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <span>
#include <string>
#include <thread>

using namespace covey;
using Arguments = std::span<char*>;

namespace {

void print(const char* name, const std::string& value) { std::printf("%s: %s\n", name, value.c_str()); }
void print(const char* name, std::int64_t value) { print(name, std::to_string(value)); }

const char* kind_name(base::ErrorKind kind) {
  switch (kind) {
    case base::ErrorKind::not_found:
      return "not_found";
    case base::ErrorKind::io:
      return "io";
    case base::ErrorKind::format:
      return "format";
    case base::ErrorKind::usage:
      return "usage";
    case base::ErrorKind::no_data:
      return "no_data";
    case base::ErrorKind::too_large:
      break;
  }
  return "too_large";
}

int tell(const base::Error& error) {
  std::printf("error: %s: %s\n", kind_name(error.kind), error.message().c_str());
  return 1;
}

forge::Clock quick_clock() {
  auto clock = forge::machine_clock();
  clock.sleep = [](std::chrono::milliseconds time) {
    print("waited", time.count());
    std::this_thread::sleep_for(time / 100);
  };
  return clock;
}

void print(const forge::PullRequest& pull) {
  print("number", pull.number);
  print("head", pull.head);
  print("head_repository", pull.head_repository);
  print("base", pull.base);
  print("base_ref", pull.base_ref);
  print("merge_base", pull.merge_base);
}

int comment(forge::Api& api, Arguments arguments) {
  const auto posted = forge::post_comment(api, std::atoll(arguments[0]), arguments[1], arguments[2]);
  if (!posted) return tell(posted.error());
  print("id", posted->id);
  print("url", posted->url);
  print("created", posted->created ? "yes" : "no");
  print("removed", posted->removed);
  if (posted->not_removed) print("not removed", posted->not_removed->message());
  return 0;
}

int status(forge::Api& api, Arguments arguments) {
  const std::map<std::string, forge::State> states{{"success", forge::State::success},
                                                   {"failure", forge::State::failure},
                                                   {"error", forge::State::error},
                                                   {"pending", forge::State::pending}};
  const auto done = api.set_status(
      arguments[0], {states.at(arguments[1]), forge::status_context(arguments[2]), arguments[3], arguments[4]});
  if (!done) return tell(done.error());
  print("status", "set");
  return 0;
}

int author(forge::Api& api, Arguments) {
  const auto found = api.author();
  if (!found) return tell(found.error());
  print("id", found->id);
  print("login", found->login);
  print("assumed", found->assumed ? "yes" : "no");
  return 0;
}

int comments(forge::Api& api, Arguments arguments) {
  const auto found = api.comments(std::atoll(arguments[0]));
  if (!found) return tell(found.error());
  print("comments", static_cast<std::int64_t>(found->size()));
  for (const auto& one : *found) print("id", one.id);
  return 0;
}

int pull(forge::Api& api, Arguments arguments) {
  const auto found = api.pull_request(std::atoll(arguments[0]));
  if (!found) return tell(found.error());
  print(*found);
  return 0;
}

int find(forge::Api& api, Arguments arguments) {
  const auto found = api.find_pull_request(arguments[0], arguments[1], arguments[2]);
  if (!found) return tell(found.error());
  if (*found) print(**found);
  return 0;
}

int diff(forge::Api& api, Arguments arguments) {
  const auto found = api.diff(std::atoll(arguments[0]));
  if (!found) return tell(found.error());
  print("diff", *found);
  return 0;
}

int run(const forge::Site& site, std::chrono::milliseconds total, const std::string& command, Arguments arguments) {
  struct Command {
    std::size_t arguments;
    int (*function)(forge::Api&, Arguments);
  };
  const std::map<std::string, Command> commands{
      {"comment", {3, comment}}, {"status", {5, status}}, {"author", {0, author}}, {"comments", {1, comments}},
      {"pull", {1, pull}},       {"find", {3, find}},     {"diff", {1, diff}}};
  const auto transport = forge::open_transport();
  if (!transport) return tell(transport.error());
  const forge::Budget budget(total, quick_clock());
  if (command == "get" && arguments.size() == 1) {
    forge::Request request;
    request.url = arguments[0];
    request.authorization = "token " + site.token;
    const auto response = forge::exchange(**transport, budget, request);
    if (!response) return tell(response.error());
    print("status", response->status);
    print("body", response->body);
    return 0;
  }
  const auto found = commands.find(command);
  if (found == commands.end() || found->second.arguments != arguments.size()) return 2;
  forge::Api api(site, **transport, budget);
  return found->second.function(api, arguments);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments(argv + 1, static_cast<std::size_t>(argc - 1));
  if (arguments.size() < 4) return 2;
  const auto repository = forge::parse_repository_name(arguments[2]);
  const auto api_url = forge::parse_api_url(arguments[1]);
  if (!repository || !api_url) return 2;
  const char* token = std::getenv("TOKEN");
  const forge::Site site{arguments[0] == std::string("github") ? forge::ForgeKind::github : forge::ForgeKind::forgejo,
                         *api_url, *repository, token != nullptr ? token : ""};
  auto total = forge::k_total_time;
  arguments = arguments.subspan(3);
  if (arguments[0] == std::string("--budget") && arguments.size() > 2) {
    total = std::chrono::milliseconds(std::atoll(arguments[1]));
    arguments = arguments.subspan(2);
  }
  return run(site, total, arguments[0], arguments.subspan(1));
}
