#include "mailsignal/run.h"

#include <stdlib.h>

#include "run/pool.h"

enum { KEEP_RAW_BYTES = 256 * 1024 /* an item's buffer is given back beyond this */ };

struct message_item {
  struct pool_item base;
  struct raw_message raw;
  struct arena *arena; /* of the encoded record */
  struct sbuf encoded;
};

struct run {
  const struct run_options *options;
  struct run_totals *totals;
};

static void item_free(struct pool_item *base) {
  struct message_item *item = (struct message_item *)base;
  raw_message_free(&item->raw);
  arena_free(item->arena);
  free(item);
}

static struct pool_item *item_new(void *context) {
  (void)context;
  struct message_item *item = calloc(1, sizeof *item);
  if (!item) return NULL;
  item->arena = arena_new();
  if (item->arena) return &item->base;
  free(item);
  return NULL;
}

static bool read_item(void *context, struct pool_item *base) {
  const struct run *run = context;
  struct message_item *item = (struct message_item *)base;
  if (source_next(run->options->source, &item->raw) == 0) return false;
  base->weight = item->raw.len;
  return true;
}

static void *thread_new(void *context) {
  const struct run *run = context;
  return worker_new(run->options->pipeline);
}

static void thread_free(void *thread) { worker_free(thread); }

static void read_failed(const struct raw_message *raw, struct record *out) {
  *out = (struct record){.origin = raw->origin,
                         .error_code = span_of(raw->error_code),
                         .error_message = span_of(raw->error.text)};
}

static void work(void *context, void *thread, struct pool_item *base) {
  const struct run *run = context;
  struct message_item *item = (struct message_item *)base;
  struct raw_message *raw = &item->raw;
  struct record record;
  if (raw->error_code)
    read_failed(raw, &record);
  else
    pipeline_run(thread, (struct span){raw->bytes, raw->len}, &raw->origin, &record);
  if (raw->cut) defect_mark(&record.mail.defects, DEFECT_SIZE_MESSAGE);
  if (record.error_code.len && !raw->error_code) { /* the pipeline gave up: memory */
    raw->error_code = "memory";
    ms_fail(&raw->error, MS_SOFTWARE, SPAN_FMT ": " SPAN_FMT, SPAN_ARG(record.origin.path),
            SPAN_ARG(record.error_message));
  }
  struct sink *sink = run->options->sink;
  item->encoded = (struct sbuf){.arena = item->arena};
  sink->ops->encode(sink, &record, &item->encoded);
}

static void recycle(struct message_item *item) {
  arena_reset(item->arena);
  if (item->raw.capacity <= KEEP_RAW_BYTES) return;
  free(item->raw.bytes);
  item->raw.bytes = NULL;
  item->raw.capacity = 0;
}

static enum ms_status deliver(void *context, struct pool_item *base, struct ms_error *error) {
  struct run *run = context;
  const struct run_options *options = run->options;
  struct message_item *item = (struct message_item *)base;
  const struct raw_message *raw = &item->raw;
  run->totals->messages++;
  if (raw->error_code) {
    run->totals->failed++;
    if (raw->error.status == MS_NO_INPUT) run->totals->paths_missing++;
    if (options->failed) options->failed(options->context, raw);
  }
  struct sink *sink = options->sink;
  enum ms_status status =
      sink->ops->deliver(sink, &raw->origin, sbuf_span(&item->encoded), error);
  if (status == MS_OK && raw->error_code && options->strict)
    status = ms_fail(error, MS_BAD_DATA, "stopped at the first message that cannot be read: %s",
                     raw->error.text);
  recycle(item);
  return status;
}

static enum ms_status idle(void *context, struct ms_error *error) {
  const struct run *run = context;
  struct sink *sink = run->options->sink;
  return sink->ops->idle ? sink->ops->idle(sink, error) : MS_OK;
}

static bool tick(void *context) {
  const struct run *run = context;
  if (run->options->progress) run->options->progress(run->options->context, run->totals);
  return !sink_closed(run->options->sink);
}

static const struct pool_ops ops = {
    .item_new = item_new,
    .item_free = item_free,
    .read = read_item,
    .thread_new = thread_new,
    .thread_free = thread_free,
    .work = work,
    .deliver = deliver,
    .idle = idle,
    .tick = tick,
};

enum ms_status run_messages(const struct run_options *options, struct run_totals *totals,
                            struct ms_error *error) {
  *totals = (struct run_totals){0};
  struct run run = {options, totals};
  struct pool_options pool = {
      .ops = &ops, .context = &run, .threads = options->jobs, .stop = options->stop};
  enum ms_status status = pool_run(&pool, &totals->stopped, error);
  return status ? status : options->sink->ops->finish(options->sink, error);
}
