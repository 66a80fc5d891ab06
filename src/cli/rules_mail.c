#include "cli/rules_mail.h"

#include <stdio.h>

#include "mailsignal/source.h"

enum { MOST_RUNS = 2 };

enum ms_status rules_run_open(struct rules_job *job, const char *folder, struct rules_run *out,
                              struct ms_error *error) {
  *out = (struct rules_run){0};
  struct ruleset_options options = job->rules;
  const char **dirs = ARENA_ARRAY(job->arena, const char *, options.n_dirs + 1);
  for (size_t i = 0; i < options.n_dirs; i++) dirs[i] = options.dirs[i];
  if (folder) dirs[options.n_dirs++] = folder;
  options.dirs = dirs;
  struct diag_list faults = {.arena = job->arena};
  enum ms_status status = ruleset_load(&options, &out->ruleset, &faults, error);
  for (size_t i = 0; i < faults.n && status; i++) {
    struct span line = diag_format(job->arena, &faults.items[i]);
    fprintf(stderr, SPAN_FMT "\n", SPAN_ARG(line));
  }
  if (status)
    return ms_fail(error, status, "%s: the rules were not loaded", folder ? folder : "built-in rules");
  mail_init();
  contact_init();
  out->pipeline = (struct pipeline){.ruleset = out->ruleset, .min_strength = 0.5};
  out->worker = worker_new(&out->pipeline);
  return out->worker ? MS_OK : ms_fail(error, MS_SOFTWARE, "out of memory");
}

void rules_run_close(struct rules_run *run) {
  worker_free(run->worker);
  if (run->ruleset) ruleset_free(run->ruleset);
}

enum ms_status rules_each_message(const struct rules_mail *mail, struct ms_error *error) {
  struct source *source;
  struct raw_message raw = {0};
  struct record records[MOST_RUNS];
  enum ms_status status = source_open(mail->paths, mail->n_paths, &source, error);
  if (status) return status;
  while (source_next(source, &raw) == 1) {
    if (raw.error_code) {
      fprintf(stderr, "mailsignal: %s\n", raw.error.text);
      status = raw.error.status == MS_NO_INPUT ? MS_NO_INPUT : MS_SOME_FAILED;
      continue;
    }
    for (size_t i = 0; i < mail->n_runs; i++)
      pipeline_run(mail->runs[i].worker, (struct span){raw.bytes, raw.len}, &raw.origin, &records[i]);
    mail->seen(mail->context, records);
  }
  raw_message_free(&raw);
  source_close(source);
  return status;
}
