#include "enrich/merge.h"

#include <stdlib.h>

#include "enrich/contact.h"
#include "enrich/queue.h"
#include "store/pg_array.h"

/* What one source proposes. */
struct layer {
  const char *source;
  enum trust trust;
  struct crm_fields said;
};

enum { MOST_LAYERS = 4, MOST_CHANGES = CRM_COUNT };

struct merge {
  struct job *job;
  bool signature_only;
  struct layer layers[MOST_LAYERS];
  size_t n_layers;
  struct crm_contact contact;
  const struct layer *taken[CRM_COUNT]; /* NULL: the field stays as it is */
  json_t *conflicts, *changes;
  /* what became of it */
  bool ours;
  const char *status;
  size_t n_taken, n_conflicts;
};

static json_t *new_array(struct work *work) { return work_keep_json(work, json_array()); }

static void add_layer(struct work *work, struct merge *merge, const char *source,
                      const json_t *said) {
  struct layer *layer = &merge->layers[merge->n_layers++];
  layer->source = source;
  layer->trust = trust_of_source(source, said);
  fields_read(work->arena, said, &layer->said);
}

/* A request may name a contact with another address: then the name has to prove it. */
static bool is_contacts_own(struct work *work, const struct merge *merge) {
  const char *email = merge->contact.email;
  if (!merge->contact.id || !email || !*email || !*merge->job->email) return true;
  if (strcmp(email, merge->job->email) == 0) return true;
  struct span ours = merge->contact.now.values[CRM_LAST_NAME];
  struct span told = merge->job->told.values[CRM_LAST_NAME];
  return ours.len && told.len && field_same(work->arena, CRM_LAST_NAME, ours, told);
}

/* The row's own data under the row's source, then the answers of providers: falling trust. */
static void collect_layers(struct work *work, struct merge *merge) {
  struct job *job = merge->job;
  static const struct {
    const char *name;
    bool (*agrees)(struct work *, const struct job *, const json_t *);
  } providers[] = {
      {"apollo", same_person}, {ORGANIZATION, same_company}, {"web_search", same_person}};
  merge->n_layers = 0;
  if (!is_contacts_own(work, merge)) {
    job->reason = "identity_mismatch";
    return;
  }
  if (strcmp(job->source, "email_signature") == 0 || strcmp(job->source, "manual") == 0)
    add_layer(work, merge, job->source, job->data);
  for (size_t i = 0; i < sizeof providers / sizeof *providers && !merge->signature_only; i++) {
    const json_t *answer = json_object_get(job->data, providers[i].name);
    if (json_is_true(json_object_get(answer, "match")) && providers[i].agrees(work, job, answer))
      add_layer(work, merge, providers[i].name, answer);
  }
}

static json_t *json_of(struct span text) {
  return json_stringn(text.ptr ? text.ptr : "", text.len);
}

static void add_conflict(struct work *work, struct merge *merge, enum crm_field field,
                         const struct layer *layer) {
  json_array_append_new(merge->conflicts,
                        json_pack("{s:s, s:o, s:o, s:s, s:f}", "field", contact_place(work, field),
                                  "current", json_of(merge->contact.now.values[field]), "proposed",
                                  json_of(layer->said.values[field]), "source", layer->source,
                                  "confidence", layer->said.confidence[field]));
}

/* Somebody who signs with a new title or company has probably moved. */
static void add_change(struct work *work, struct merge *merge, enum crm_field field,
                       const struct layer *layer) {
  bool tells = field == CRM_TITLE || field == CRM_COMPANY;
  if (!tells || layer->trust != TRUST_SIGNATURE || json_array_size(merge->changes) >= MOST_CHANGES)
    return;
  json_array_append_new(merge->changes,
                        json_pack("{s:s, s:o, s:o}", "field", contact_place(work, field), "from",
                                  json_of(merge->contact.now.values[field]), "to",
                                  json_of(layer->said.values[field])));
}

static void propose(struct work *work, struct merge *merge, enum crm_field field,
                    const struct layer *layer) {
  struct crm_contact *contact = &merge->contact;
  struct span value = layer->said.values[field];
  bool writable = work->columns.of[field] || work->columns.props;
  if (value.len == 0 || !writable) return;
  bool blank = contact->now.values[field].len == 0;
  if (!blank && field_same(work->arena, field, value, contact->now.values[field])) return;
  if (!blank && contact->trust[field] >= layer->trust) {
    add_conflict(work, merge, field, layer);
    add_change(work, merge, field, layer);
    return;
  }
  struct layer before = {.source = contact->source[field]};
  before.said.values[field] = contact->now.values[field];
  contact->now.values[field] = value;
  contact->trust[field] = layer->trust;
  contact->source[field] = layer->source;
  merge->taken[field] = layer;
  if (!blank && before.source) add_conflict(work, merge, field, &before);
}

/* writing ------------------------------------------------------------------- */

static enum ms_status write_contact(struct work *work, struct merge *merge,
                                    struct ms_error *error) {
  struct sbuf sql = {.arena = work->arena};
  const char *values[CRM_COUNT + 3] = {merge->job->tenant_id, merge->contact.id};
  int n = 2;
  json_t *props = work_keep_json(work, json_object());
  sbuf_add(&sql, SPAN_LIT("update public.contacts set "));
  for (int f = 0; f < CRM_COUNT; f++) {
    if (!merge->taken[f]) continue;
    struct span value = merge->contact.now.values[f];
    if (!work->columns.of[f]) {
      json_object_set_new(props, field_info((enum crm_field)f)->name, json_of(value));
      continue;
    }
    values[n++] = arena_strndup(work->arena, value.ptr, value.len);
    sbuf_printf(&sql, "%s%s = $%d", n > 3 ? ", " : "", work->columns.of[f], n);
  }
  if (json_object_size(props)) {
    values[n++] = work_json_text(work, props);
    sbuf_printf(&sql, "%sprops = coalesce(props, '{}') || $%d::jsonb", n > 3 ? ", " : "", n);
  }
  if (work->columns.updated_at) sbuf_add(&sql, SPAN_LIT(", updated_at = now()"));
  sbuf_add(&sql, SPAN_LIT(" where tenant_id = $1::uuid and id = $2::uuid"));
  sbuf_byte(&sql, '\0');
  return work_step(work, sql.bytes, values, n, NULL, error);
}

static enum ms_status write_sources(struct work *work, struct merge *merge,
                                    const struct layer *layer, struct ms_error *error) {
  struct sbuf places = {.arena = work->arena}, sure = {.arena = work->arena};
  for (int f = 0; f < CRM_COUNT; f++) {
    if (merge->taken[f] != layer) continue;
    pg_array_text(&places, span_of(contact_place(work, (enum crm_field)f)));
    pg_array_text(&sure, arena_printf(work->arena, "%.2f", layer->said.confidence[f]));
  }
  if (places.len == 0) return MS_OK;
  const char *values[] = {merge->job->tenant_id, merge->contact.id,        layer->source,
                          merge->job->id,        pg_array_finish(&places), pg_array_finish(&sure)};
  return work_step(work,
                   "select public.ms_record_sources($1::uuid, $2::uuid, $3, $4::uuid, $5::text[], "
                   "$6::numeric[])",
                   values, 6, NULL, error);
}

/* One person's mails all say the same: a conflict that another row of the contact holds already is
 * not stored again. */
static enum ms_status new_conflicts(struct work *work, struct merge *merge, const char **out,
                                    struct ms_error *error) {
  *out = "[]";
  if (json_array_size(merge->conflicts) == 0) return MS_OK;
  const char *values[] = {merge->job->tenant_id, merge->contact.id, merge->job->id,
                          work_json_text(work, merge->conflicts)};
  struct store_rows rows = {0};
  enum ms_status status = work_step(
      work,
      "select coalesce(jsonb_agg(n.value || jsonb_build_object('at', now()) order by "
      "n.ordinality), "
      "'[]'), count(*) from jsonb_array_elements($4::jsonb) with ordinality n where not exists "
      "(select 1 from public.contact_enrichment_queue q where q.tenant_id = $1::uuid and "
      "q.merged_to_contact_id = $2::uuid and q.id <> $3::uuid and "
      "q.merge_conflicts @> jsonb_build_array(n.value - 'confidence'))",
      values, 4, &rows, error);
  if (status) return status;
  *out = store_cell(&rows, 0, 0);
  merge->n_conflicts = (size_t)strtoul(store_cell(&rows, 0, 1), NULL, 10);
  return MS_OK;
}

static enum ms_status complete(struct work *work, struct merge *merge, struct ms_error *error) {
  const char *conflicts = "[]", *reason = merge->job->reason;
  struct store_rows rows = {0};
  enum ms_status status = merge->contact.id ? new_conflicts(work, merge, &conflicts, error) : MS_OK;
  if (status) return status;
  const char *values[] = {merge->job->id,    merge->job->token, merge->status,
                          merge->contact.id, conflicts,         reason};
  status =
      work_step(work, "select public.ms_complete($1::uuid, $2::uuid, $3, $4::uuid, $5::jsonb, $6)",
                values, 6, &rows, error);
  if (status) return status;
  merge->ours = strcmp(store_cell(&rows, 0, 0), "t") == 0;
  return merge->ours ? MS_OK : ms_fail(error, MS_SOME_FAILED, "the lease has passed on");
}

static enum ms_status keep_changes(struct work *work, struct merge *merge, struct ms_error *error) {
  if (json_array_size(merge->changes) == 0) return MS_OK;
  const char *values[] = {merge->job->id, merge->job->token, work_json_text(work, merge->changes)};
  return work_step(
      work,
      "select public.ms_store_answer($1::uuid, $2::uuid, jsonb_build_object('context', "
      "jsonb_build_object('changes', $3::jsonb, 'at', now())))",
      values, 3, NULL, error);
}

/* the transaction ----------------------------------------------------------- */

/* Locks the row. Suppression may have come since the request: of its address, or of the contact's.
 */
static enum ms_status lock_row(struct work *work, struct merge *merge, bool *suppressed,
                               struct ms_error *error) {
  const char *values[] = {merge->job->id, merge->job->token, merge->job->contact_id};
  struct store_rows rows = {0};
  enum ms_status status = work_step(
      work,
      "select exists (select 1 from public.ms_suppressed(q.tenant_id, array[q.email_address, "
      "(select c.email from public.contacts c where c.id = $3::uuid and "
      "c.tenant_id = q.tenant_id)])) from public.contact_enrichment_queue q where q.id = $1::uuid "
      "and q.lease_token = $2::uuid and q.status = 'processing' for update of q",
      values, 3, &rows, error);
  if (status) return status;
  merge->ours = rows.n == 1;
  if (!merge->ours) return ms_fail(error, MS_SOME_FAILED, "the lease has passed on");
  *suppressed = strcmp(store_cell(&rows, 0, 0), "t") == 0;
  return MS_OK;
}

static void compare(struct work *work, struct merge *merge) {
  merge->n_taken = merge->n_conflicts = 0;
  merge->conflicts = new_array(work);
  merge->changes = new_array(work);
  for (int f = 0; f < CRM_COUNT; f++) merge->taken[f] = NULL;
  for (size_t i = 0; i < merge->n_layers && merge->contact.id; i++)
    for (int f = 0; f < CRM_COUNT; f++) propose(work, merge, (enum crm_field)f, &merge->layers[i]);
  for (int f = 0; f < CRM_COUNT; f++) merge->n_taken += merge->taken[f] != NULL;
}

static enum ms_status write_all(struct work *work, struct merge *merge, struct ms_error *error) {
  enum ms_status status = MS_OK;
  if (merge->n_taken) status = write_contact(work, merge, error);
  for (size_t i = 0; i < merge->n_layers && !status; i++)
    status = write_sources(work, merge, &merge->layers[i], error);
  if (!status && !merge->signature_only) status = keep_changes(work, merge, error);
  if (!status && !merge->signature_only) status = complete(work, merge, error);
  return status;
}

/* The queue row is locked before the contact, as ms_erase_person and ms_suppress do. */
static enum ms_status merge_body(struct work *work, void *context, struct ms_error *error) {
  struct merge *merge = context;
  bool suppressed = false;
  enum ms_status status = lock_row(work, merge, &suppressed, error);
  if (status) return status;
  if (suppressed) return ms_fail(error, MS_NO_INPUT, "suppressed");
  status = contact_read(work, merge->job, true, &merge->contact, error);
  if (status) return status;
  collect_layers(work, merge);
  compare(work, merge);
  return write_all(work, merge, error);
}

static enum ms_status finish(struct work *work, struct merge *merge, enum ms_status status,
                             const struct ms_error *why, struct ms_error *error) {
  struct job *job = merge->job;
  if (status == MS_SOME_FAILED) {
    job->state = JOB_DONE;
    work->totals->lost++;
    return MS_OK;
  }
  if (status == MS_NO_INPUT) return queue_skip(work, job, "suppressed", error);
  if (status == MS_BAD_DATA)
    return queue_fail(work, job, "the contact refused the values", -1, error);
  if (status) return ms_fail(error, status, "%s", why->text);
  work->totals->merged += merge->n_taken > 0;
  if (merge->signature_only) return MS_OK;
  work->totals->conflicts += merge->n_conflicts;
  job->state = JOB_DONE;
  bool completed = strcmp(merge->status, "completed") == 0;
  ++*(completed ? &work->totals->completed : &work->totals->skipped);
  work_log(work, merge->status,
           json_pack("{s:s, s:i, s:i, s:s*}", "row", job->id, "filled", (int)merge->n_taken,
                     "conflicts", (int)merge->n_conflicts, "reason", job->reason));
  return MS_OK;
}

/* A row that told nothing of its own and found nothing is skipped, with the reason. */
static const char *final_status(const struct job *job) {
  bool told = strcmp(job->source, "email_signature") == 0 || strcmp(job->source, "manual") == 0;
  return told || !job->reason || strcmp(job->reason, "no_contact") == 0 ? "completed" : "skipped";
}

enum ms_status merge_and_complete(struct work *work, struct job *job, struct ms_error *error) {
  struct ms_error why = {0};
  if (!job->reason && !job->contact_id) job->reason = "no_contact";
  struct merge merge = {.job = job, .status = final_status(job)};
  enum ms_status status = work_transaction(work, merge_body, &merge, &why);
  return finish(work, &merge, status, &why, error);
}

enum ms_status merge_signature(struct work *work, struct job *job, struct ms_error *error) {
  bool told = strcmp(job->source, "email_signature") == 0 || strcmp(job->source, "manual") == 0;
  if (!told || !job->contact_id) return MS_OK;
  struct ms_error why = {0};
  struct merge merge = {.job = job, .signature_only = true};
  enum ms_status status = work_transaction(work, merge_body, &merge, &why);
  return finish(work, &merge, status, &why, error);
}
