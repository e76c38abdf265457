#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/failpoint.h"

namespace carmilla {
namespace {

// One item of CARMILLA_FAILPOINT: `name=action` or `name@hit=action`.
struct Order {
  std::string_view name;
  int hit = 1;
  std::string_view action;
};

[[noreturn]] void Refuse(std::string_view item) {
  // A misspelt order would let a crash test pass without a crash.
  std::fprintf(stderr, "CARMILLA_FAILPOINT: cannot read \"%.*s\"\n",
               static_cast<int>(item.size()), item.data());
  std::abort();
}

Order ParseOrder(std::string_view item) {
  const size_t equals = item.find('=');
  if (equals == std::string_view::npos || equals == 0) Refuse(item);
  Order order{.name = item.substr(0, equals), .action = item.substr(equals + 1)};
  if (order.action != "kill" && order.action != "stop" && order.action != "error") {
    Refuse(item);
  }
  if (const size_t at = order.name.find('@'); at != std::string_view::npos) {
    const std::string_view hit = order.name.substr(at + 1);
    order.name = order.name.substr(0, at);
    const auto parsed = std::from_chars(hit.begin(), hit.end(), order.hit);
    if (parsed.ec != std::errc() || parsed.ptr != hit.end() || order.hit < 1)
      Refuse(item);
  }
  return order;
}

std::optional<Order> FindOrder(std::string_view orders, std::string_view name) {
  while (!orders.empty()) {
    const std::string_view item = orders.substr(0, orders.find(','));
    orders.remove_prefix(std::min(item.size() + 1, orders.size()));
    const Order order = ParseOrder(item);
    if (order.name == name) return order;
  }
  return std::nullopt;
}

int CountHit(std::string_view orders, std::string_view name) {
  static std::mutex mutex;
  static std::string counted_orders;
  static std::map<std::string, int, std::less<>> hits;
  const std::scoped_lock lock(mutex);
  if (counted_orders != orders) {
    // Other orders, another test.
    counted_orders = orders;
    hits.clear();
  }
  return ++hits[std::string(name)];
}

}  // namespace

arrow::Status Failpoint(std::string_view name) {
  const char* orders = std::getenv("CARMILLA_FAILPOINT");
  if (orders == nullptr) return arrow::Status::OK();
  const std::optional<Order> order = FindOrder(orders, name);
  if (!order.has_value() || CountHit(orders, name) != order->hit) {
    return arrow::Status::OK();
  }
  if (order->action == "error") {
    return MakeError(ErrorKind::kIo,
                     "at failpoint " + std::string(name) + ": as ordered");
  }
  std::raise(order->action == "kill" ? SIGKILL : SIGSTOP);
  return arrow::Status::OK();
}

}  // namespace carmilla
