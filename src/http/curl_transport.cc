#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <mutex>

#include "core/error.h"
#include "http/curl_error.h"
#include "http/http_transport.h"

namespace carmilla {
namespace {

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct MultiDeleter {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

/// One transfer at a time, and the connections that it leaves open.
struct Lane {
  std::unique_ptr<CURLM, MultiDeleter> multi{curl_multi_init()};
  std::unique_ptr<CURL, EasyDeleter> easy{curl_easy_init()};
};

/// What arrives during one transfer.
struct Arrival {
  HttpResponse response;
  int64_t limit = 0;
  bool is_too_large = false;
};

size_t TakeBody(char* data, size_t /*one*/, size_t size, void* user) {
  auto* arrival = static_cast<Arrival*>(user);
  if (std::cmp_greater(arrival->response.body.size() + size, arrival->limit)) {
    arrival->is_too_large = true;
    return 0;
  }
  arrival->response.body.append(data, size);
  return size;
}

size_t TakeHeader(char* data, size_t /*one*/, size_t size, void* user) {
  auto* arrival = static_cast<Arrival*>(user);
  std::string_view line(data, size);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {
    arrival->response.headers.clear();  // Those before were of a proxy, or of a 100.
    return size;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  std::string_view value = line.substr(colon + 1);
  while (value.starts_with(' ')) value.remove_prefix(1);
  auto& headers = arrival->response.headers;
  headers.emplace_back(std::string(line.substr(0, colon)), std::string(value));
  if (arrival->response.Header("content-length") == value) {
    int64_t bytes = 0;
    std::from_chars(value.data(), value.data() + value.size(), bytes);
    // Not what a server claims, but what is plausible.
    arrival->response.body.reserve(
        static_cast<size_t>(std::clamp<int64_t>(bytes, 0, int64_t{64} << 20)));
  }
  return size;
}

HeaderList ListOf(const HttpRequest& request) {
  curl_slist* list = nullptr;
  const auto add = [&list](const std::string& line) {
    list = curl_slist_append(list, line.c_str());
  };
  bool has_type = false;
  for (const auto& [name, value] : request.headers) {
    // An empty value needs this form; the usual one removes the header.
    add(value.empty() ? name + ";" : name + ": " + value);
    has_type = has_type || ::strcasecmp(name.c_str(), "content-type") == 0;
  }
  add("Expect:");
  if (!has_type) add("Content-Type:");
  return HeaderList(list);
}

class CurlTransport : public HttpTransport {
 public:
  explicit CurlTransport(CurlTransportOptions options) : options_(std::move(options)) {}

  HttpOutcome Exchange(const HttpRequest& request, const std::stop_token& stop) override {
    std::unique_ptr<Lane> lane = TakeLane();
    HttpOutcome outcome = Transfer(*lane, request, stop);
    if (outcome.status.ok()) ReturnLane(std::move(lane));
    return outcome;
  }

 private:
  // The one used last is the one whose connection is most likely still open.
  std::unique_ptr<Lane> TakeLane() {
    const std::scoped_lock lock(mutex_);
    if (lanes_.empty()) return std::make_unique<Lane>();
    std::unique_ptr<Lane> lane = std::move(lanes_.back());
    lanes_.pop_back();
    return lane;
  }

  void ReturnLane(std::unique_ptr<Lane> lane) {
    const std::scoped_lock lock(mutex_);
    lanes_.push_back(std::move(lane));
  }

  void Prepare(CURL* easy, const HttpRequest& request, curl_slist* headers,
               Arrival* arrival) const {
    curl_easy_reset(easy);
    const auto set = [easy](CURLoption option, auto value) {
      curl_easy_setopt(easy, option, value);
    };
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USERAGENT, options_.user_agent.c_str());
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    if (!options_.ca_file.empty()) {
      set(CURLOPT_CAINFO, options_.ca_file.c_str());
      set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    if (!options_.proxy.empty()) set(CURLOPT_PROXY, options_.proxy.c_str());
    if (options_.is_direct) set(CURLOPT_NOPROXY, "*");
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_BUFFERSIZE, 256L << 10);
    set(CURLOPT_UPLOAD_BUFFERSIZE, 1L << 20);
    const HttpLimits& limits = request.limits;
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits.deadline.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(limits.low_speed_bytes_per_second));
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.low_speed_time.count()));
    if (request.method == "HEAD") {
      set(CURLOPT_NOBODY, 1L);
    } else if (!request.body.empty() || request.method == "POST" ||
               request.method == "PUT") {
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      set(CURLOPT_POSTFIELDS, request.body.empty() ? "" : request.body.data());
    }
    set(CURLOPT_CUSTOMREQUEST,
        request.method == "HEAD" ? nullptr : request.method.c_str());
    set(CURLOPT_HTTPHEADER, headers);
    arrival->limit = limits.largest_answer_bytes;
    set(CURLOPT_WRITEFUNCTION, &TakeBody);
    set(CURLOPT_WRITEDATA, static_cast<void*>(arrival));
    set(CURLOPT_HEADERFUNCTION, &TakeHeader);
    set(CURLOPT_HEADERDATA, static_cast<void*>(arrival));
  }

  HttpOutcome Transfer(Lane& lane, const HttpRequest& request,
                       const std::stop_token& stop) const {
    HttpOutcome outcome;
    if (lane.multi == nullptr || lane.easy == nullptr) {
      outcome.may_have_arrived = false;
      outcome.status = MakeError(ErrorKind::kOutOfMemory, "opening a connection: curl");
      return outcome;
    }
    CURL* easy = lane.easy.get();
    Arrival arrival;
    const HeaderList headers = ListOf(request);
    Prepare(easy, request, headers.get(), &arrival);
    char reason[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, reason);
    curl_multi_add_handle(lane.multi.get(), easy);
    const std::optional<CURLcode> code = Run(lane.multi.get(), stop);
    curl_off_t sending_from = 0;
    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &sending_from);
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(lane.multi.get(), easy);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, nullptr);

    if (code == CURLE_OK) {
      outcome.response = std::move(arrival.response);
      outcome.response.status = static_cast<int>(status);
      return outcome;
    }
    outcome.may_have_arrived = sending_from > 0;
    outcome.status = arrival.is_too_large ? AnswerTooLarge(request.url, arrival.limit)
                     : !code.has_value()
                         ? MakeError(ErrorKind::kInterrupted,
                                     "asking " + PlaceOf(request.url) + ": stopped")
                         : CurlError(*code, reason, request.url, options_.ca_file,
                                     outcome.may_have_arrived);
    return outcome;
  }

  // Nothing: stopped.
  static std::optional<CURLcode> Run(CURLM* multi, const std::stop_token& stop) {
    const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
    for (;;) {
      if (stop.stop_requested()) return std::nullopt;
      int running = 0;
      if (curl_multi_perform(multi, &running) != CURLM_OK) return CURLE_FAILED_INIT;
      int pending = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi, &pending)) {
        if (message->msg == CURLMSG_DONE) return message->data.result;
      }
      if (running == 0) return CURLE_FAILED_INIT;
      curl_multi_poll(multi, nullptr, 0, /*timeout_ms=*/1000, nullptr);
    }
  }

  const CurlTransportOptions options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace

arrow::Result<std::shared_ptr<HttpTransport>> OpenCurlTransport(
    const CurlTransportOptions& options) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  if (!options.ca_file.empty() && ::access(options.ca_file.c_str(), R_OK) != 0) {
    return MakeError(ErrorKind::kConfiguration, "reading the certificate authorities: " +
                                                    std::string(std::strerror(errno)) +
                                                    ": " + options.ca_file);
  }
  return std::make_shared<CurlTransport>(options);
}

}  // namespace carmilla
