#include "cli/resume.h"

#include <stdio.h>

static enum ms_status open_source(const struct cli *cli, const struct options *options,
                                  struct source **source, struct ms_error *error) {
  source_close(*source);
  *source = NULL;
  enum ms_status status = source_open(options->operands, options->n_operands, source, error);
  if (!status) source_stop_flag(*source, cli->stop);
  return status;
}

/* Reads past what the checkpoint says is done. False: what stands there now is something else. */
static bool skip_done(struct source *source, const struct checkpoint *checkpoint,
                      const _Atomic int *stop) {
  const struct ingest_position *done = &checkpoint->position;
  struct ingest_position at = {.chain = INGEST_CHAIN_START};
  struct raw_message raw = {0};
  if (!checkpoint_file_fits(checkpoint)) return false;
  while (at.items < done->items && !*stop && source_next(source, &raw) == 1) {
    at.items++;
    at.chain = ingest_chain(at.chain, &raw.origin);
  }
  raw_message_free(&raw);
  return *stop || (at.items == done->items && at.chain == done->chain);
}

enum ms_status resume_source(const struct resume *resume, const struct cli *cli,
                             const struct options *options, struct source **source,
                             struct ingest_position *start, struct ms_error *error) {
  struct checkpoint checkpoint = {0};
  *start = (struct ingest_position){.chain = INGEST_CHAIN_START};
  enum ms_status status = open_source(cli, options, source, error);
  if (status || !resume->file) return status;
  status = checkpoint_read(options->arena, resume->file, &checkpoint, error);
  if (status || checkpoint.position.items == 0) return status;
  if (strcmp(checkpoint.tenant, resume->owner) != 0)
    return ms_fail(error, MS_USAGE, "--resume %s belongs to another %s", resume->file, resume->kind);
  if (skip_done(*source, &checkpoint, cli->stop)) {
    *start = checkpoint.position;
    return MS_OK;
  }
  fprintf(stderr,
          "mailsignal: the input is not the one that %s was written for, or it was changed: "
          "beginning at the start (nothing is stored twice)\n",
          resume->file);
  return open_source(cli, options, source, error);
}
