#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli/line_reader.h"
#include "cli/words.h"
#include "cli/worker_answer.h"
#include "cli/worker_request.h"
#include "cli/worker_store.h"
#include "mailsignal/digest.h"
#include "mailsignal/limits.h"
#include "run/pool.h"

/* The long-lived subprocess: NDJSON requests on stdin, one answer each on stdout, in order
 * (docs/worker.md). Built on the ordered pool; a reload makes a new generation of the engine that
 * later requests use, while earlier ones finish with theirs. With --db all answers take the way
 * through the committer, so that they stay in order. */

static const struct cli_option worker_options[] = {
    ENGINE_OPTIONS,
    {"jobs", 'j', "N", "messages analysed at a time (1)", true, false},
    {"time-limit", 0, "MS", "give up on a message after so long (10000; 0 = never)", true, false},
    {"db", 0, "DSN", "store the mail of requests with a tenant in this database", true, false},
    {"patience", 0, "SECONDS", "how long to wait for a database that is away (10)", true, false},
    {"text", 0, NULL, "add the text to every record", true, false},
    {"zones", 0, NULL, "add the zones to every record", true, false},
};

enum { KEEP_LINE_BYTES = 256 * 1024 /* a longer line's memory is given back */ };

struct generation {
  atomic_uint users;
  struct arena *arena;
  struct engine engine;
  const struct ingest_words *words; /* NULL without a database */
};

struct server {
  const struct options *options;
  struct line_reader lines;
  struct generation *current; /* the reading thread's; requests hold a use of theirs */
  struct output output;
  struct timespec started;
  unsigned time_limit;
  struct answer_stats stats;  /* the delivering thread's */
  struct worker_store *store; /* NULL without --db; then its thread has the output */
};

struct request_item {
  struct pool_item base;
  char *line; /* of the request, which points into it */
  size_t capacity;
  struct request request;
  struct generation *generation;
  struct arena *arena; /* of the request */
  struct arena *out;   /* of the answer and the rows */
  char tenant[UUID_TEXT_BYTES];
  struct sbuf answer, rows;
  bool failed;
};

static void leave(struct generation *generation) {
  if (!generation || atomic_fetch_sub(&generation->users, 1) != 1) return;
  engine_close(&generation->engine);
  arena_free(generation->arena);
  free(generation);
}

static struct generation *enter(struct generation *generation) {
  atomic_fetch_add(&generation->users, 1);
  return generation;
}

/* A fresh engine by the same options; its arena holds what the engine keeps. *out is set also when
 * the rules were refused, so that their faults can be told. */
static enum ms_status new_generation(const struct options *options, struct generation **out,
                                     struct ms_error *error) {
  struct generation *generation = calloc(1, sizeof *generation);
  *out = NULL;
  if (!generation || !(generation->arena = arena_new())) {
    free(generation);
    return ms_fail(error, MS_SOFTWARE, "out of memory");
  }
  struct options mine = *options;
  mine.arena = generation->arena;
  atomic_init(&generation->users, 1);
  *out = generation;
  enum ms_status status = engine_open(&mine, &generation->engine, error);
  if (!status && options_given(options, "db"))
    status = words_load(&mine, generation->arena, &generation->words, error);
  return status;
}

static struct pool_item *item_new(void *context) {
  (void)context;
  struct request_item *item = calloc(1, sizeof *item);
  if (!item) return NULL;
  item->arena = arena_new();
  item->out = arena_new();
  if (item->arena && item->out) return &item->base;
  arena_free(item->arena);
  arena_free(item->out);
  free(item);
  return NULL;
}

static void item_free(struct pool_item *base) {
  struct request_item *item = (struct request_item *)base;
  leave(item->generation);
  free(item->line);
  arena_free(item->arena);
  arena_free(item->out);
  free(item);
}

static void refuse_rules(struct arena *arena, const struct generation *fresh,
                         const struct ms_error *error, struct request *request) {
  request->kind = REQUEST_ERROR;
  request->error_code = "rules";
  request->error = *error;
  if (!fresh) return;
  const struct diag_list *faults = &fresh->engine.faults;
  request->faults = ARENA_ARRAY(arena, struct span, faults->n);
  for (size_t i = 0; i < faults->n; i++)
    if (faults->items[i].severity == DIAG_ERROR)
      request->faults[request->n_faults++] = diag_format(arena, &faults->items[i]);
}

/* In the reading thread, so that requests behind it see the new rules. */
static void reload(struct server *server, struct request_item *item) {
  struct generation *fresh;
  struct ms_error error = {0};
  if (new_generation(server->options, &fresh, &error)) {
    refuse_rules(item->arena, fresh, &error, &item->request);
    leave(fresh);
    return;
  }
  leave(server->current);
  server->current = fresh;
}

/* Without a database a tenant is none of our business. */
static void check_tenant(const struct server *server, struct request_item *item) {
  struct request *request = &item->request;
  if (!server->store || request->kind != REQUEST_ANALYSE || !request->tenant.len) return;
  if (!digest_uuid_lower(request->tenant, item->tenant))
    request_refuse(request, "request.tenant", "\"tenant\" is no UUID");
}

/* False: out of memory. */
static bool keep_line(struct request_item *item, struct span line, struct span *kept) {
  if (line.len > item->capacity) {
    char *grown = realloc(item->line, line.len);
    if (!grown) return false;
    item->line = grown;
    item->capacity = line.len;
  }
  if (line.len) memcpy(item->line, line.ptr, line.len);
  *kept = (struct span){item->line, line.len};
  return true;
}

/* Only what a reload needs to know is done here: one thread reads for all that work. */
static bool read_item(void *context, struct pool_item *base) {
  struct server *server = context;
  struct request_item *item = (struct request_item *)base;
  struct span line;
  enum line_result result;
  do result = line_read(&server->lines, &line);
  while (result == LINE_OK && span_trim(line).len == 0);
  if (result == LINE_END || result == LINE_NO_MEMORY) return false;
  arena_reset(item->arena);
  item->request = (struct request){.id = SPAN_LIT("null")};
  if (result == LINE_TOO_LONG)
    request_refuse(&item->request, "request.too_long", "a request line has at most %d bytes",
                   LIMIT_WORKER_LINE_BYTES);
  else if (!keep_line(item, line, &line))
    request_refuse(&item->request, "memory", "out of memory");
  else
    request_parse(item->arena, line, &item->request);
  if (item->request.kind == REQUEST_RELOAD) reload(server, item);
  check_tenant(server, item);
  item->generation = enter(server->current);
  base->weight = result == LINE_TOO_LONG ? 0 : line.len;
  return true;
}

struct analyst {
  struct generation *generation;
  struct worker *worker;
  struct raw_message raw;
};

static void *thread_new(void *context) {
  (void)context;
  return calloc(1, sizeof(struct analyst));
}

static void thread_free(void *thread) {
  struct analyst *analyst = thread;
  worker_free(analyst->worker);
  leave(analyst->generation);
  raw_message_free(&analyst->raw);
  free(analyst);
}

/* This thread's scratch for the rules that the request was read under. */
static struct worker *worker_for(struct analyst *analyst, struct generation *generation) {
  if (analyst->generation == generation && analyst->worker) return analyst->worker;
  worker_free(analyst->worker);
  leave(analyst->generation);
  analyst->generation = enter(generation);
  analyst->worker = worker_new(&generation->engine.pipeline);
  return analyst->worker;
}

static void write_error(struct request_item *item, const char *code, const char *message) {
  struct answer_error error = {.code = code,
                               .message = message,
                               .faults = item->request.faults,
                               .n_faults = item->request.n_faults};
  item->failed = true;
  answer_error(&item->answer, item->request.id, &error);
}

static void analyse(const struct server *server, struct analyst *analyst,
                    struct request_item *item) {
  const struct request *request = &item->request;
  struct worker *worker = worker_for(analyst, item->generation);
  struct record record;
  if (!worker) {
    write_error(item, "memory", "out of memory");
    return;
  }
  const struct raw_message *raw = &analyst->raw;
  pipeline_run(worker, (struct span){raw->bytes, raw->len}, &raw->origin, &record);
  if (raw->cut) defect_mark(&record.mail.defects, DEFECT_SIZE_MESSAGE);
  if (request->source_id.len) record.mail.source_id = request->source_id;
  struct record_options options = {
      .text = request->text || options_given(server->options, "text"),
      .zones = request->zones || options_given(server->options, "zones"),
      .id = request->id,
  };
  item->failed = record.error_code.len > 0;
  record_write(&item->answer, &record, &options);
  if (server->store && request->tenant.len && !item->failed)
    commit_encode(item->tenant, item->generation->words, &record, &item->rows);
}

static void work(void *context, void *thread, struct pool_item *base) {
  const struct server *server = context;
  struct analyst *analyst = thread;
  struct request_item *item = (struct request_item *)base;
  arena_reset(item->out);
  item->answer = item->rows = (struct sbuf){.arena = item->out};
  item->failed = false;
  if (item->request.kind == REQUEST_ANALYSE) request_load(&item->request, &analyst->raw);
  if (item->request.kind == REQUEST_ANALYSE)
    analyse(server, analyst, item);
  else if (item->request.kind == REQUEST_ERROR)
    write_error(item, item->request.error_code, item->request.error.text);
}

/* Answers to commands are made when their turn comes, so that stats count what was answered. */
static void answer_command(struct server *server, struct request_item *item) {
  const struct request *request = &item->request;
  const char *ruleset = ruleset_id(item->generation->engine.ruleset);
  if (request->kind == REQUEST_PING) answer_pong(&item->answer, request->id);
  if (request->kind == REQUEST_RELOAD) {
    server->stats.reloads++;
    answer_reloaded(&item->answer, request->id, ruleset);
  }
  if (request->kind == REQUEST_STATS) {
    struct answer_stats stats = server->stats;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    stats.uptime_seconds = now.tv_sec - server->started.tv_sec;
    worker_store_count(server->store, &stats);
    answer_stats(&item->answer, request->id, ruleset, &stats);
  }
}

static void recycle(struct request_item *item) {
  if (item->capacity <= KEEP_LINE_BYTES) return;
  free(item->line);
  item->line = NULL;
  item->capacity = 0;
}

static enum ms_status deliver(void *context, struct pool_item *base, struct ms_error *error) {
  struct server *server = context;
  struct request_item *item = (struct request_item *)base;
  enum ms_status status = MS_OK;
  if (item->request.kind == REQUEST_ANALYSE)
    server->stats.messages++;
  else if (item->request.kind != REQUEST_ERROR)
    answer_command(server, item);
  server->stats.errors += item->failed;
  struct commit commit = {.tenant = item->rows.len ? item->tenant : NULL,
                          .rows = sbuf_span(&item->rows),
                          .id = item->request.id,
                          .answer = sbuf_span(&item->answer)};
  if (server->store)
    worker_store_add(server->store, &commit);
  else
    status = output_write(&server->output, commit.answer, error);
  leave(item->generation);
  item->generation = NULL;
  recycle(item);
  return status;
}

static enum ms_status idle(void *context, struct ms_error *error) {
  struct server *server = context;
  return server->store ? MS_OK : output_flush(&server->output, error);
}

static bool tick(void *context) {
  const struct server *server = context;
  return server->store ? worker_store_is_open(server->store) : !server->output.closed;
}

static void give_up(void *context, const struct pool_item *late_base, struct pool_item *base) {
  const struct server *server = context;
  const struct request_item *late = (const struct request_item *)late_base;
  struct request_item *item = (struct request_item *)base;
  char message[80];
  snprintf(message, sizeof message, "not done within %u ms", server->time_limit);
  item->request.kind = REQUEST_ANALYSE;
  item->request.id = arena_dup(item->arena, late->request.id);
  item->answer = item->rows = (struct sbuf){.arena = item->out};
  item->generation = enter(late->generation);
  write_error(item, "timeout", message);
}

static const struct pool_ops ops = {
    .item_new = item_new, .item_free = item_free, .read = read_item,
    .thread_new = thread_new, .thread_free = thread_free, .work = work,
    .deliver = deliver, .idle = idle, .tick = tick, .give_up = give_up,
};

static enum ms_status say_ready(struct server *server, struct ms_error *error) {
  struct sbuf line = {.arena = server->current->arena};
  struct json json = {.out = &line};
  json_begin_object(&json);
  json_key_bool(&json, "ready", true);
  json_key_string(&json, "version", SPAN_LIT(MAILSIGNAL_VERSION));
  json_key_string(&json, "ruleset", span_of(ruleset_id(server->current->engine.ruleset)));
  if (server->store)
    json_key_string(&json, "database", span_of(worker_store_name(server->store)));
  json_end_object(&json);
  sbuf_byte(&line, '\n');
  enum ms_status status = output_write(&server->output, sbuf_span(&line), error);
  return status ? status : output_flush(&server->output, error);
}

static enum ms_status serve(const struct cli *cli, struct server *server, unsigned jobs,
                            struct ms_error *error) {
  bool stopped;
  struct pool_options pool = {.ops = &ops, .context = server, .threads = jobs,
                              .time_limit_ms = server->time_limit, .stop = cli->stop};
  enum ms_status status = say_ready(server, error);
  if (!status && server->store) status = worker_store_start(server->store, error);
  if (!status) status = pool_run(&pool, &stopped, error);
  if (server->store) {
    enum ms_status finished = worker_store_finish(server->store, error);
    return status ? status : finished;
  }
  return status ? status : output_flush(&server->output, error);
}

static enum ms_status open_server(struct server *server, double *jobs, struct ms_error *error) {
  const struct options *options = server->options;
  double time_limit = 10000;
  enum ms_status status = options_number(options, "jobs", 1, 256, jobs, error);
  if (!status) status = options_number(options, "time-limit", 0, 1e9, &time_limit, error);
  if (status) return status;
  server->time_limit = (unsigned)time_limit;
  clock_gettime(CLOCK_MONOTONIC, &server->started);
  if (!output_init(&server->output, STDOUT_FILENO))
    return ms_fail(error, MS_SOFTWARE, "out of memory");
  if (options_given(options, "db"))
    status = worker_store_open(options, &server->output, &server->store, error);
  if (status) return status;
  status = new_generation(options, &server->current, error);
  if (status && server->current) engine_print_faults(&server->current->engine);
  return status;
}

static enum ms_status run(const struct cli *cli, const struct options *options,
                          struct ms_error *error) {
  double jobs = 1;
  struct server server = {.options = options,
                          .lines = {.fd = STDIN_FILENO, .limit = LIMIT_WORKER_LINE_BYTES,
                                    .stop = cli->stop}};
  enum ms_status status = open_server(&server, &jobs, error);
  if (!status) status = serve(cli, &server, (unsigned)jobs, error);
  leave(server.current);
  line_reader_free(&server.lines);
  worker_store_free(server.store);
  output_free(&server.output);
  return status;
}

static int worker_run(const struct cli *cli) {
  struct arena *arena = arena_new();
  struct ms_error error = {0};
  struct options options;
  if (!arena) return cli_fail(MS_SOFTWARE, "out of memory");
  enum ms_status status = options_read(arena, cli, &options, &error);
  if (status == MS_OK && options.help)
    cli_print_help(cli->verb);
  else if (status == MS_OK)
    status = run(cli, &options, &error);
  if (error.status) cli_fail(error.status, "%s", error.text);
  arena_free(arena);
  return (int)status;
}

const struct cli_verb verb_worker = {
    "worker",       "", "answer requests on stdin until it ends (NDJSON)",
    worker_options, sizeof worker_options / sizeof *worker_options, worker_run,
};
