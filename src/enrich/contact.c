#include "enrich/contact.h"

static const char *const_text(struct sbuf *out) {
  sbuf_byte(out, '\0');
  return out->bytes;
}

const char *contact_place(const struct work *work, enum crm_field field) {
  const char *column = work->columns.of[field];
  if (column) return column;
  return arena_printf(work->arena, "props.%s", field_info(field)->name).ptr;
}

/* Values of one row: id, email, the fields in order, then where they came from: for each place its
 * source and what that source had said. Only names from our own table go into the text. */
static const char *read_sql(struct work *work, bool lock) {
  struct sbuf sql = {.arena = work->arena};
  sbuf_add(&sql, SPAN_LIT("select c.id, lower(btrim(c.email))"));
  for (int i = 0; i < CRM_COUNT; i++) {
    const char *column = work->columns.of[i];
    if (column) sbuf_printf(&sql, ", c.%s", column);
    else if (work->columns.props)
      sbuf_printf(&sql, ", c.props ->> '%s'", field_info((enum crm_field)i)->name);
    else sbuf_add(&sql, SPAN_LIT(", null"));
  }
  sbuf_add(
      &sql,
      SPAN_LIT(", (select jsonb_object_agg(f.field, jsonb_build_object('source', f.source, "
               "'said', case when f.source in ('apollo', '" ORGANIZATION
               "', 'web_search') then q.extracted_data -> f.source else q.extracted_data end)) "
               "from public.contact_field_sources f "
               "left join public.contact_enrichment_queue q on q.id = f.queue_id "
               "where f.contact_id = c.id and f.tenant_id = c.tenant_id) "
               "from public.contacts c where c.tenant_id = $1::uuid and c.id = $2::uuid"));
  if (lock) sbuf_add(&sql, SPAN_LIT(" for no key update"));
  return const_text(&sql);
}

enum trust trust_of_source(const char *source, const json_t *answer) {
  if (strcmp(source, "email_signature") == 0) return TRUST_SIGNATURE;
  if (strcmp(source, "web_search") == 0) return TRUST_WEB;
  if (strcmp(source, ORGANIZATION) == 0) return TRUST_APOLLO;
  if (strcmp(source, "apollo") != 0) return TRUST_HUMAN;
  return json_is_true(json_object_get(answer, "verified")) ? TRUST_APOLLO_VERIFIED : TRUST_APOLLO;
}

/* A value counts as ours only while it is still what its source said: what a human changed since
 * is the human's, and so is everything whose request has been purged. */
static void judge(struct work *work, struct crm_contact *contact, enum crm_field field,
                  const json_t *origins) {
  contact->trust[field] = TRUST_NONE;
  if (contact->now.values[field].len == 0) return;
  contact->trust[field] = TRUST_HUMAN;
  const json_t *origin = json_object_get(origins, contact_place(work, field));
  const char *source = json_string_value(json_object_get(origin, "source"));
  const json_t *said = json_object_get(origin, "said");
  if (!source || !json_is_object(said)) return;
  struct span value = clean_string(work->arena, json_object_get(said, field_info(field)->key));
  if (value.len == 0 || !field_same(work->arena, field, value, contact->now.values[field])) return;
  contact->trust[field] = trust_of_source(source, said);
  if (contact->trust[field] != TRUST_HUMAN) contact->source[field] = source;
}

enum ms_status contact_read(struct work *work, const struct job *job, bool lock,
                            struct crm_contact *out, struct ms_error *error) {
  *out = (struct crm_contact){0};
  if (!job->contact_id) return MS_OK;
  const char *values[] = {job->tenant_id, job->contact_id};
  struct store_rows rows = {0};
  enum ms_status (*ask)(struct work *, const char *, const char *const *, int, struct store_rows *,
                        struct ms_error *) = lock ? work_step : work_query;
  enum ms_status status = ask(work, read_sql(work, lock), values, 2, &rows, error);
  if (status || rows.n == 0) return status;
  out->id = store_cell(&rows, 0, 0);
  out->email = store_cell(&rows, 0, 1);
  const char *text = store_cell(&rows, 0, CRM_COUNT + 2);
  json_t *origins =
      work_keep_json(work, json_loads(text ? text : "{}", JSON_DECODE_INT_AS_REAL, NULL));
  for (int i = 0; i < CRM_COUNT; i++) {
    const char *value = store_cell(&rows, 0, i + 2);
    out->now.values[i] = value ? span_trim(span_of(value)) : (struct span){0};
    judge(work, out, (enum crm_field)i, origins);
  }
  return MS_OK;
}
