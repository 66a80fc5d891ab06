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

enum ms_status rate_record(struct work *work, const struct provider *provider, const char *endpoint,
                           const struct http_answer *answer, struct ms_error *error) {
  struct sbuf seconds = {.arena = work->arena}, limits = {.arena = work->arena},
              used = {.arena = work->arena};
  for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
    const char *text = http_header(answer, windows[i].limit);
    long limit = read_count(text);
    if (!text || (*text && limit < 0)) continue;
    pg_array_text(&seconds, span_of(windows[i].seconds));
    if (limit < 0) {
      pg_array_null(&limits);
      pg_array_null(&used);
    } else {
      pg_array_text(&limits, arena_printf(work->arena, "%ld", limit));
      pg_array_text(&used, arena_printf(work->arena, "%ld", used_of(answer, &windows[i], limit)));
    }
  }
  if (seconds.len == 0) return MS_OK;
  const char *values[] = {provider->name, endpoint, pg_array_finish(&seconds),
                          pg_array_finish(&limits), pg_array_finish(&used)};
  return work_query(work,
                    "select public.ms_record_rate($1, $2, w.seconds, w.most, w.used) from "
                    "unnest($3::integer[], $4::integer[], $5::integer[]) w (seconds, most, used)",
                    values, 5, NULL, error);
}

enum ms_status rate_take(struct work *work, const struct provider *provider, const char *endpoint,
                         double *seconds, struct ms_error *error) {
  const char *values[] = {provider->name, endpoint};
  struct store_rows rows = {0};
  enum ms_status status =
      work_query(work, "select extract(epoch from public.ms_take_rate($1, $2) - now())", values, 2,
                 &rows, error);
  if (status) return status;
  const char *wait = store_cell(&rows, 0, 0);
  *seconds = wait ? strtod(wait, NULL) : 0;
  if (wait && *seconds < 1) *seconds = 1;
  return MS_OK;
}
