#include "enrich/metrics.h"

#include <errno.h>
#include <unistd.h>

#include "enrich/queue.h"

static void counter(struct sbuf *out, const char *name, const char *help) {
  sbuf_printf(out, "# TYPE mailsignal_enrich_%s counter\n# HELP mailsignal_enrich_%s %s\n", name,
              name, help);
}

static void value(struct sbuf *out, const char *name, const char *label, uint64_t n) {
  sbuf_printf(out, "mailsignal_enrich_%s_total%s %llu\n", name, label, (unsigned long long)n);
}

static void add_counters(struct sbuf *out, const struct enrich_totals *t) {
  counter(out, "rows", "Rows of the queue by what became of them.");
  value(out, "rows", "{result=\"completed\"}", t->completed);
  value(out, "rows", "{result=\"skipped\"}", t->skipped);
  value(out, "rows", "{result=\"failed\"}", t->failed);
  value(out, "rows", "{result=\"retried\"}", t->retried);
  value(out, "rows", "{result=\"released\"}", t->released);
  value(out, "rows", "{result=\"lost\"}", t->lost);
  value(out, "rows", "{result=\"rescued\"}", t->rescued);
  counter(out, "requests", "Requests to providers.");
  value(out, "requests", "", t->calls);
  counter(out, "people", "People in requests, by what the answer said.");
  value(out, "people", "{found=\"yes\"}", t->found);
  value(out, "people", "{found=\"no\"}", t->people - t->found);
  counter(out, "companies", "Requests about companies.");
  value(out, "companies", "", t->companies);
  counter(out, "repeats", "People or companies asked about again after a lost answer.");
  value(out, "repeats", "", t->repeats);
  counter(out, "repeated_requests", "Requests with somebody asked about again.");
  value(out, "repeated_requests", "", t->repeated_calls);
  counter(out, "phones", "People whose phone number was revealed.");
  value(out, "phones", "", t->phones);
  counter(out, "reused", "Answers of earlier requests used again.");
  value(out, "reused", "", t->reused);
  counter(out, "merged", "Contacts that got a new value.");
  value(out, "merged", "", t->merged);
  counter(out, "conflicts", "Values that were not taken.");
  value(out, "conflicts", "", t->conflicts);
  counter(out, "credits", "Credits that providers charged.");
  sbuf_printf(out, "mailsignal_enrich_credits_total %.4f\n", t->credits);
}

static enum ms_status add_queue(struct work *work, struct sbuf *out, struct ms_error *error) {
  const char *values[] = {work->options->tenant};
  struct store_rows rows = {0};
  enum ms_status status = work_query(
      work,
      "select q.status, count(*) from public.contact_enrichment_queue q where q.status in "
      "('pending', 'processing') and ($1::uuid is null or q.tenant_id = $1::uuid) group by 1",
      values, 1, &rows, error);
  sbuf_add(out, SPAN_LIT("# TYPE mailsignal_enrich_queue gauge\n"
                         "# HELP mailsignal_enrich_queue Rows that wait or are worked on.\n"));
  for (size_t i = 0; i < rows.n; i++)
    sbuf_printf(out, "mailsignal_enrich_queue{status=\"%s\"} %s\n", store_cell(&rows, i, 0),
                store_cell(&rows, i, 1));
  return status;
}

static enum ms_status write_file(struct work *work, struct span text, struct ms_error *error) {
  const char *path = work->options->metrics_file;
  const char *beside = arena_printf(work->arena, "%s.%ld.tmp", path, (long)getpid()).ptr;
  FILE *file = fopen(beside, "w");
  bool written = file && fwrite(text.ptr, 1, text.len, file) == text.len;
  if (file && fclose(file) != 0) written = false;
  if (written && rename(beside, path) == 0) return MS_OK;
  int why = errno;
  unlink(beside);
  return ms_fail(error, MS_IO, "cannot write %s: %s", path, strerror(why));
}

enum ms_status metrics_write(struct work *work, struct ms_error *error) {
  if (!work->options->metrics_file) return MS_OK;
  struct sbuf out = {.arena = work->arena};
  add_counters(&out, work->totals);
  enum ms_status status = add_queue(work, &out, error);
  sbuf_add(&out, SPAN_LIT("# EOF\n"));
  return status ? status : write_file(work, sbuf_span(&out), error);
}
