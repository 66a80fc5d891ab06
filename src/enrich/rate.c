#include "enrich/rate.h"

#include <stdlib.h>

#include "store/pg_array.h"

/* Fixed windows, one team and endpoint each, opened by the first request. An empty limit means that
 * the window is unlimited. Older documentation says "daily" for "24-hour". */
struct window {
  const char *seconds, *limit, *used, *left;
};

static const struct window windows[] = {
    {"60", "x-rate-limit-minute", "x-minute-usage", "x-minute-requests-left"},
    {"3600", "x-rate-limit-hourly", "x-hourly-usage", "x-hourly-requests-left"},
    {"86400", "x-rate-limit-24-hour", "x-24-hour-usage", "x-24-hour-requests-left"},
    {"86400", "x-rate-limit-daily", "x-daily-usage", "x-daily-requests-left"},
};

enum { MOST_REQUESTS = 100000000 };

/* A whole number of sensible size, or -1. */
static long read_count(const char *text) {
  if (!text || !ascii_is_digit(*text)) return -1;
  char *end;
  long value = strtol(text, &end, 10);
  return *end == '\0' && value >= 0 && value <= MOST_REQUESTS ? value : -1;
}

static long used_of(const struct http_answer *answer, const struct window *window, long limit) {
  long used = read_count(http_header(answer, window->used));
  long left = read_count(http_header(answer, window->left));
  if (answer->status == 429 && left == 0) return limit;
  if (used >= 0) return used;
  return left >= 0 && left <= limit ? limit - left : 1;
}

/* Columns for ms_record_rate(). */
struct windows {
  struct sbuf seconds, limits, used;
};

static void add_window(struct work *work, struct windows *out, const char *seconds, long limit,
                       long used) {
  pg_array_text(&out->seconds, span_of(seconds));
  pg_array_text(&out->limits, arena_printf(work->arena, "%ld", limit));
  pg_array_text(&out->used, arena_printf(work->arena, "%ld", used));
}

/* Brave: "1;w=1, 15000;w=2592000" and what is left of each, "0, 14523". */
static void read_policy(struct work *work, const struct http_answer *answer, struct windows *out) {
  const char *policy = http_header(answer, "x-ratelimit-policy");
  const char *left = http_header(answer, "x-ratelimit-remaining");
  struct span policies = span_of(policy ? policy : ""), lefts = span_of(left ? left : ""), item,
              rest;
  for (int i = 0; i < 4 && span_split(&policies, ',', &item); i++) {
    size_t w = span_find(item, SPAN_LIT(";w="), 0);
    struct span own = span_split(&lefts, ',', &rest) ? span_trim(rest) : (struct span){0};
    if (w == SPAN_NONE) continue;
    struct span width = span_trim(span_from(item, w + 3)), most = span_trim(span_slice(item, 0, w));
    long limit = read_count(arena_strndup(work->arena, most.ptr, most.len));
    long seconds = read_count(arena_strndup(work->arena, width.ptr, width.len));
    long remains = read_count(arena_strndup(work->arena, own.ptr, own.len));
    if (limit <= 0 || seconds <= 0) continue;
    long used = remains >= 0 && remains <= limit ? limit - remains : 1;
    add_window(work, out, arena_printf(work->arena, "%ld", seconds).ptr, limit, used);
  }
}

enum ms_status rate_record(struct work *work, const struct provider *provider, const char *endpoint,
                           const struct http_answer *answer, struct ms_error *error) {
  struct windows all = {{.arena = work->arena}, {.arena = work->arena}, {.arena = work->arena}};
  read_policy(work, answer, &all);
  for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
    const char *text = http_header(answer, windows[i].limit);
    long limit = read_count(text);
    if (!text || (*text && limit < 0)) continue;
    if (limit >= 0) {
      add_window(work, &all, windows[i].seconds, limit, used_of(answer, &windows[i], limit));
    } else {
      pg_array_text(&all.seconds, span_of(windows[i].seconds));
      pg_array_null(&all.limits);
      pg_array_null(&all.used);
    }
  }
  if (all.seconds.len == 0) return MS_OK;
  const char *values[] = {provider->name, endpoint, pg_array_finish(&all.seconds),
                          pg_array_finish(&all.limits), pg_array_finish(&all.used)};
  return work_query(work,
                    "select public.ms_record_rate($1, $2, w.seconds, w.most, w.used) from "
                    "unnest($3::integer[], $4::integer[], $5::integer[]) w (seconds, most, used)",
                    values, 5, NULL, error);
}

/* A window of one request: within the running one this changes nothing. */
static enum ms_status pace(struct work *work, const struct provider *provider, const char *endpoint,
                           struct ms_error *error) {
  const char *values[] = {provider->name, endpoint,
                          arena_printf(work->arena, "%d", provider->pace_seconds).ptr};
  if (!provider->pace_seconds) return MS_OK;
  return work_query(work, "select public.ms_record_rate($1, $2, $3::integer, 1, 0)", values, 3,
                    NULL, error);
}

enum ms_status rate_take(struct work *work, const struct provider *provider, const char *endpoint,
                         double *seconds, struct ms_error *error) {
  const char *values[] = {provider->name, endpoint};
  struct store_rows rows = {0};
  enum ms_status status = pace(work, provider, endpoint, error);
  if (status) return status;
  status = work_query(work, "select extract(epoch from public.ms_take_rate($1, $2) - now())",
                      values, 2, &rows, error);
  if (status) return status;
  const char *wait = store_cell(&rows, 0, 0);
  *seconds = wait ? strtod(wait, NULL) : 0;
  if (wait && *seconds < 1) *seconds = 1;
  return MS_OK;
}
