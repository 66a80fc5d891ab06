#include "enrich/http.h"

#include <curl/curl.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

static const double CONNECT_SECONDS = 5, STOP_SECONDS = 10;
enum { SLOWEST_BYTES = 1, SLOW_SECONDS = 15, POLL_MS = 100, LONGEST_RETRY = 3600 };

struct http {
  CURLM *multi;
  CURL *easy;
  const _Atomic int *stop;
  char why[CURL_ERROR_SIZE];
};

struct body {
  struct sbuf bytes;
  bool too_large;
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

enum ms_status http_new(const _Atomic int *stop, struct http **out, struct ms_error *error) {
  *out = NULL;
  struct http *http = calloc(1, sizeof *http);
  if (!http || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    free(http);
    return ms_fail(error, MS_SOFTWARE, "libcurl cannot be started");
  }
  http->stop = stop;
  http->multi = curl_multi_init();
  http->easy = curl_easy_init();
  *out = http;
  if (http->multi && http->easy) return MS_OK;
  http_free(http);
  *out = NULL;
  return ms_fail(error, MS_SOFTWARE, "out of memory");
}

void http_free(struct http *http) {
  if (!http) return;
  curl_easy_cleanup(http->easy);
  curl_multi_cleanup(http->multi);
  curl_global_cleanup();
  free(http);
}

/* CURLOPT_MAXFILESIZE does not bound what a compressed body becomes, so it is counted here. */
static size_t take_bytes(char *bytes, size_t size, size_t n, void *context) {
  struct body *body = context;
  size_t len = size * n;
  body->too_large = len > HTTP_MOST_BODY_BYTES - body->bytes.len;
  if (body->too_large) return 0;
  sbuf_add(&body->bytes, (struct span){bytes, len});
  return len;
}

static bool is_loopback(const char *host) {
  return strcmp(host, "127.0.0.1") == 0 || strcmp(host, "localhost") == 0 ||
         strcmp(host, "[::1]") == 0;
}

enum ms_status http_check_base(const char *what, const char *url, struct ms_error *error) {
  char *scheme = NULL, *host = NULL, *user = NULL, *query = NULL;
  CURLU *parts = curl_url();
  bool read = parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
              curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK;
  if (read) {
    curl_url_get(parts, CURLUPART_USER, &user, 0);
    curl_url_get(parts, CURLUPART_QUERY, &query, 0);
  }
  bool safe =
      read && (strcmp(scheme, "https") == 0 || (strcmp(scheme, "http") == 0 && is_loopback(host)));
  bool plain = !user && !query;
  curl_free(scheme);
  curl_free(host);
  curl_free(user);
  curl_free(query);
  curl_url_cleanup(parts);
  if (safe && plain) return MS_OK;
  return ms_fail(error, MS_BAD_CONFIG, "%s must be %s", what,
                 read && !plain ? "without user and query"
                                : "an https URL (http only for 127.0.0.1, localhost and [::1])");
}

/* libcurl does not look at what is in a header: a line end would begin another one. */
enum ms_status http_check_key(const char *what, const char *key, struct ms_error *error) {
  size_t len = 0;
  while (key[len] > ' ' && key[len] <= '~') len++;
  if (len > 0 && key[len] == '\0' && len <= 500) return MS_OK;
  return ms_fail(error, MS_BAD_CONFIG, "%s is no key: it must be one word of printable ASCII",
                 what);
}

static void set_limits(CURL *easy, const struct http_request *request) {
  bool https = strncmp(request->url, "https:", 6) == 0;
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, https ? "https" : "http");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   (long)(fmin(CONNECT_SECONDS, request->seconds) * 1000));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(request->seconds * 1000));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)SLOWEST_BYTES);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
  /* On a connection that was used before, libcurl silently sends a request again when the other
   * side hangs up without an answer: that would pay twice. */
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
}

static struct curl_slist *set_request(struct http *http, const struct http_request *request,
                                      struct body *body) {
  CURL *easy = http->easy;
  curl_easy_reset(easy);
  http->why[0] = '\0';
  struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");
  if (request->key_header) headers = curl_slist_append(headers, request->key_header);
  if (request->body.len) {
    headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Expect:"); /* else larger bodies wait for a 100 */
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.ptr);
  }
  curl_easy_setopt(easy, CURLOPT_URL, request->url);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "mailsignal");
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, http->why);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
  set_limits(easy, request);
  return headers;
}

/* A stop leaves the request some seconds: its answer is paid for. */
static CURLcode transfer(struct http *http) {
  CURLcode code = CURLE_OPERATION_TIMEDOUT;
  double stop_at = 0;
  int running = 1;
  curl_multi_add_handle(http->multi, http->easy);
  while (running && curl_multi_perform(http->multi, &running) == CURLM_OK && running) {
    if (http->stop && *http->stop && stop_at == 0) stop_at = now() + STOP_SECONDS;
    if (stop_at != 0 && now() > stop_at) break;
    curl_multi_poll(http->multi, NULL, 0, POLL_MS, NULL);
  }
  int left;
  for (CURLMsg *message; (message = curl_multi_info_read(http->multi, &left));)
    if (message->msg == CURLMSG_DONE) code = message->data.result;
  curl_multi_remove_handle(http->multi, http->easy);
  return code;
}

static bool was_sent(CURL *easy, CURLcode code) {
  static const CURLcode before[] = {CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT,
                                    CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
                                    CURLE_SSL_CONNECT_ERROR,    CURLE_PEER_FAILED_VERIFICATION,
                                    CURLE_SSL_CACERT_BADFILE};
  for (size_t i = 0; i < sizeof before / sizeof *before; i++)
    if (code == before[i]) return false;
  curl_off_t began = 0;
  curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &began);
  return began > 0;
}

const char *http_header(const struct http_answer *answer, const char *name) {
  struct curl_header *header = NULL;
  if (!answer->easy ||
      curl_easy_header(answer->easy, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
    return NULL;
  return header->value;
}

/* Seconds or a date (RFC 9110, section 10.2.3). CURLINFO_RETRY_AFTER is wrong for past dates. */
static double read_retry_after(const struct http_answer *answer) {
  const char *text = http_header(answer, "retry-after");
  if (!text || !*text) return 0;
  char *end;
  double seconds = strtod(text, &end);
  if (end == text || *end) {
    time_t at = curl_getdate(text, NULL);
    if (at == (time_t)-1) return 0;
    seconds = difftime(at, time(NULL));
  }
  return isnan(seconds) ? 0 : fmin(fmax(seconds, 1), LONGEST_RETRY);
}

void http_send(struct http *http, const struct http_request *request, struct http_answer *answer) {
  struct body body = {.bytes = {.arena = request->arena}};
  struct curl_slist *headers = set_request(http, request, &body);
  double began = now();
  CURLcode code = transfer(http);
  *answer = (struct http_answer){.seconds = now() - began, .easy = http->easy};
  curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &answer->status);
  curl_slist_free_all(headers);
  if (code == CURLE_OK) {
    answer->end = HTTP_ANSWERED;
    answer->body = sbuf_span(&body.bytes);
    answer->retry_after = read_retry_after(answer);
  } else {
    answer->end = body.too_large               ? HTTP_TOO_LARGE
                  : was_sent(http->easy, code) ? HTTP_CUT
                                               : HTTP_NOT_SENT;
    answer->why = curl_easy_strerror(code);
  }
}

struct span http_escape(struct arena *arena, struct span text) {
  struct sbuf out = {.arena = arena};
  for (size_t i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    if (ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') sbuf_byte(&out, c);
    else sbuf_printf(&out, "%%%02X", (unsigned)(unsigned char)c);
  }
  return sbuf_span(&out);
}
