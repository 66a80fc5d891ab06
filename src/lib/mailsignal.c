#include "mailsignal/mailsignal.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "mailsignal/pipeline.h"

struct mailsignal {
  struct arena *arena; /* owns the copies of the options' strings */
  struct ruleset *ruleset;
  struct pipeline pipeline;
  struct record_options record;
};

struct mailsignal_analyser {
  const struct mailsignal *ms;
  struct worker *worker;
  struct arena *out;
};

static void init_libraries(void) {
  mail_init();
  contact_init();
}

/* Several callers may open at once; the libraries below want to be initialised by one. */
static void init_once(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, init_libraries);
}

static const char *builtin_dir(const struct mailsignal_options *options) {
  return options->builtin_dir ? options->builtin_dir : MAILSIGNAL_INSTALLED_RULES;
}

static enum ms_status load(struct mailsignal *ms, const struct mailsignal_options *options,
                           struct ms_error *error) {
  struct ruleset_options rules = {
      .builtin_dir = builtin_dir(options),
      .dirs = options->rule_dirs,
      .n_dirs = options->n_rule_dirs,
      .cache_dir = options->cache_dir,
  };
  struct diag_list faults = {.arena = ms->arena};
  enum ms_status status = ruleset_load(&rules, &ms->ruleset, &faults, error);
  if (status == MS_BAD_CONFIG && faults.n) { /* the first fault says most */
    struct span first = diag_format(ms->arena, &faults.items[0]);
    *error = (struct ms_error){0};
    ms_fail(error, status, SPAN_FMT " (%zu faults in all)", SPAN_ARG(first), faults.errors);
  }
  return status;
}

static void copy_options(struct mailsignal *ms, const struct mailsignal_options *options) {
  struct span *domains = ARENA_ARRAY(ms->arena, struct span, options->n_own_domains);
  for (size_t i = 0; i < options->n_own_domains; i++) {
    struct span given = span_of(options->own_domains[i]);
    char *copy = arena_strndup(ms->arena, given.ptr, given.len);
    for (size_t k = 0; k < given.len; k++) copy[k] = ascii_lower(copy[k]);
    domains[i] = (struct span){copy, given.len};
  }
  ms->pipeline = (struct pipeline){
      .ruleset = ms->ruleset,
      .own_domains = domains,
      .n_own_domains = options->n_own_domains,
      .min_strength = options->min_strength > 0 ? options->min_strength : 0.5,
  };
  ms->record = (struct record_options){.text = options->with_text != 0,
                                       .zones = options->with_zones != 0};
}

struct opening {
  struct mailsignal *ms;
  const struct mailsignal_options *options;
  struct ms_error *error;
  enum ms_status status;
};

static void open_body(void *context) {
  struct opening *o = context;
  o->status = load(o->ms, o->options, o->error);
  if (o->status == MS_OK) copy_options(o->ms, o->options);
}

int mailsignal_open(const struct mailsignal_options *options, struct mailsignal **out, char *why,
                    size_t why_size) {
  struct ms_error error = {0};
  struct mailsignal *ms = calloc(1, sizeof *ms);
  struct opening opening = {ms, options, &error, MS_OK};
  *out = NULL;
  init_once();
  if (!ms || !(ms->arena = arena_new()) || !arena_try(ms->arena, open_body, &opening))
    opening.status = ms_fail(&error, MS_SOFTWARE, "out of memory");
  enum ms_status status = opening.status;
  if (why && why_size) snprintf(why, why_size, "%s", error.text);
  if (status)
    mailsignal_close(ms);
  else
    *out = ms;
  return (int)status;
}

void mailsignal_close(struct mailsignal *ms) {
  if (!ms) return;
  if (ms->ruleset) ruleset_free(ms->ruleset);
  arena_free(ms->arena);
  free(ms);
}

struct mailsignal_analyser *mailsignal_analyser_new(const struct mailsignal *ms) {
  struct mailsignal_analyser *analyser = calloc(1, sizeof *analyser);
  if (!analyser) return NULL;
  analyser->ms = ms;
  analyser->worker = worker_new(&ms->pipeline);
  analyser->out = arena_new();
  if (analyser->worker && analyser->out) return analyser;
  mailsignal_analyser_free(analyser);
  return NULL;
}

void mailsignal_analyser_free(struct mailsignal_analyser *analyser) {
  if (!analyser) return;
  worker_free(analyser->worker);
  arena_free(analyser->out);
  free(analyser);
}

struct analysis {
  struct mailsignal_analyser *analyser;
  struct span raw, json;
};

static void analyse(void *context) {
  struct analysis *a = context;
  struct mailsignal_analyser *analyser = a->analyser;
  struct origin origin = {.path = SPAN_LIT("-"), .size = a->raw.len};
  struct record record;
  struct sbuf out = {.arena = analyser->out};
  pipeline_run(analyser->worker, a->raw, &origin, &record);
  record_write(&out, &record, &analyser->ms->record);
  out.bytes[out.len - 1] = '\0'; /* in place of the line end */
  a->json = (struct span){out.bytes, out.len - 1};
}

void mailsignal_analyse(struct mailsignal_analyser *analyser, const void *raw, size_t raw_len,
                        const char **json, size_t *json_len) {
  struct analysis a = {.analyser = analyser, .raw = {raw, raw_len}};
  arena_reset(analyser->out);
  if (!arena_try(analyser->out, analyse, &a))
    a.json =
        SPAN_LIT("{\"schema\":1,\"error\":{\"code\":\"memory\",\"message\":\"out of memory\"}}");
  *json = a.json.ptr;
  *json_len = a.json.len;
}

const char *mailsignal_version(void) { return MAILSIGNAL_VERSION; }
