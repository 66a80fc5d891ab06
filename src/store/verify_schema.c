#include "store/verify.h"

void check(struct checklist *list, struct span what, struct span why) {
  if (why.len == 0) {
    fprintf(list->out, "ok    " SPAN_FMT "\n", SPAN_ARG(what));
    return;
  }
  list->failed++;
  fprintf(list->out, "FAIL  " SPAN_FMT ": " SPAN_FMT "\n", SPAN_ARG(what), SPAN_ARG(why));
}

/* Columns that must be there, with the names of their types in pg_type. Others may stand beside
 * them: a CRM adds its own. */
struct table_row {
  const char *table, *columns;
};

static const struct table_row tables[] = {
    {"feedback_requests",
     "id uuid, tenant_id uuid, order_id uuid, client_id uuid, contact_id uuid, status text, "
     "delivery_date timestamptz, scheduled_for timestamptz, sent_at timestamptz, "
     "responded_at timestamptz, expires_at timestamptz, has_open_case bool, skip_reason text, "
     "response_email_id text, sentiment text, sentiment_score numeric, response_summary text, "
     "case_created_id uuid, service_recovery_triggered bool, created_at timestamptz, "
     "updated_at timestamptz"},
    {"deals",
     "last_activity_at timestamptz, stalled_at timestamptz, auto_follow_up_enabled bool, "
     "next_follow_up_at timestamptz, follow_up_count int4"},
    {"deal_stage_history",
     "id uuid, tenant_id uuid, deal_id uuid, from_stage text, to_stage text, "
     "changed_at timestamptz, changed_by uuid, reason text, days_in_previous_stage int4, "
     "created_at timestamptz"},
    {"deal_stage_config",
     "id uuid, tenant_id uuid, stage text, max_days_before_stale int4, "
     "follow_up_interval_days int4, max_follow_ups int4, created_at timestamptz, "
     "updated_at timestamptz"},
    {"quotes",
     "id uuid, tenant_id uuid, client_id uuid, contact_id uuid, deal_id uuid, quote_number text, "
     "title text, description text, status text, total_amount numeric, line_items jsonb, "
     "valid_until date, sent_at timestamptz, viewed_at timestamptz, responded_at timestamptz, "
     "view_count int4, outcome text, outcome_reason text, outcome_competitor text, "
     "outcome_notes text, intel jsonb, last_follow_up_at timestamptz, follow_up_count int4, "
     "next_follow_up_at timestamptz, max_follow_ups int4, created_by uuid, "
     "created_at timestamptz, updated_at timestamptz"},
    {"quote_activities",
     "id uuid, tenant_id uuid, quote_id uuid, activity_type text, notes text, metadata jsonb, "
     "created_by uuid, created_at timestamptz"},
    {"quote_outcomes",
     "id uuid, tenant_id uuid, quote_id uuid, outcome text, primary_reason text, "
     "secondary_reasons _text, competitor text, our_amount numeric, competitor_amount numeric, "
     "learnings jsonb, recorded_at timestamptz, recorded_by uuid"},
    {"contact_enrichment_queue",
     "id uuid, tenant_id uuid, contact_id uuid, email_address text, source text, source_id text, "
     "status text, extracted_data jsonb, merged_to_contact_id uuid, merge_conflicts jsonb, "
     "error_message text, created_at timestamptz, processed_at timestamptz, attempts int4, "
     "max_attempts int4, run_at timestamptz, locked_until timestamptz, lease_token uuid, "
     "credits_used numeric, priority int2"},
    {"opportunity_signals",
     "id uuid, tenant_id uuid, source_type text, source_id text, client_id uuid, contact_id uuid, "
     "signal_type text, signal_strength numeric, extracted_text text, context jsonb, "
     "actioned bool, actioned_at timestamptz, action_taken text, action_result text, "
     "created_at timestamptz"},
    {"compliance_schedule",
     "id uuid, tenant_id uuid, compliance_type text, description text, frequency text, "
     "next_due_at timestamptz, last_completed_at timestamptz, target_entity_type text, "
     "target_filter jsonb, required_fields jsonb, notification_days_before int4, "
     "escalation_days_after int4, is_active bool, created_at timestamptz, "
     "updated_at timestamptz"},
    {"compliance_checks",
     "id uuid, tenant_id uuid, schedule_id uuid, entity_type text, entity_id uuid, "
     "entity_name text, period_start date, period_end date, due_at timestamptz, status text, "
     "required_fields jsonb, missing_fields jsonb, validation_errors jsonb, "
     "reminder_sent_at timestamptz, reminder_count int4, escalation_sent_at timestamptz, "
     "escalated_to uuid, completed_at timestamptz, completed_by uuid, waived_reason text, "
     "notes text, created_at timestamptz, updated_at timestamptz"},
};

/* Each query gives rows (what, why); why is null where all is well. */

#define NEW_TABLES                                                                            \
  "(values ('feedback_requests'), ('deal_stage_history'), ('deal_stage_config'), ('quotes'),"  \
  " ('quote_activities'), ('quote_outcomes'), ('contact_enrichment_queue'),"                   \
  " ('opportunity_signals'), ('compliance_schedule'), ('compliance_checks')) t (name)"

static const char columns_sql[] =
    "select string_agg(format('%s %s', w.name, "
    "  case when a.attname is null then 'is missing' else 'is ' || y.typname || ', not ' || w.type "
    "  end), ', ') "
    "from (select split_part(btrim(c), ' ', 1) as name, split_part(btrim(c), ' ', 2) as type "
    "      from unnest(string_to_array($2, ',')) c) w "
    "left join pg_attribute a on a.attrelid = to_regclass('public.' || $1) and a.attname = w.name "
    "  and a.attnum > 0 and not a.attisdropped "
    "left join pg_type y on y.oid = a.atttypid "
    "where y.typname is distinct from w.type";

static const char *const queries[] = {
    "select 'row security on ' || t.name, "
    "  case when c.relrowsecurity then null when c.oid is null then 'no such table' "
    "    else 'is switched off' end "
    "from " NEW_TABLES " left join pg_class c on c.oid = to_regclass('public.' || t.name) order by 1",

    "select format('policy %s on %s for %s', p.name, t.name, p.role), "
    "  case when x.polname is null then 'is missing' "
    "    when p.role = 'authenticated' and pg_get_expr(x.polqual, x.polrelid) "
    "      !~* 'select auth\\.uid\\(\\)' then 'reads auth.uid() for each row' end "
    "from " NEW_TABLES " cross join (values ('tenant_isolation', 'authenticated'), "
    "  ('service_role_all', 'service_role')) p (name, role) "
    "left join pg_policy x on x.polrelid = to_regclass('public.' || t.name) and x.polname = p.name "
    "  and x.polroles = array[to_regrole(p.role)]::oid[] order by 1",

    "select 'function ' || f.name, case when p.oid is null then 'is missing' "
    "  when not exists (select from unnest(p.proconfig) s where s like 'search_path=%') "
    "    then 'has no search_path of its own' "
    "  when p.prosecdef and has_function_privilege('anon', p.oid, 'execute') "
    "    then 'runs as its owner and may be called by anon' end "
    "from (values ('get_stalled_deals(uuid, integer)'), "
    "  ('get_quotes_needing_followup(uuid, integer)'), ('get_compliance_due(uuid, integer)'), "
    "  ('seed_default_deal_stages(uuid)'), ('generate_quote_number(uuid)'), "
    "  ('advance_compliance_schedule(uuid)'), "
    "  ('create_compliance_checks_from_schedule(uuid, jsonb)'), "
    "  ('calculate_signal_strength(text, jsonb)'), ('log_deal_stage_change()'), "
    "  ('update_deal_last_activity()'), ('ms_link(uuid, text[], text[])'), "
    "  ('ms_suppressed(uuid, text[])'), ('ms_claim(uuid, text[], integer, interval)')) f (name) "
    "left join pg_proc p on p.oid = to_regprocedure('public.' || f.name) order by 1",

    "select format('trigger on deals that calls %s', f.name), "
    "  case when not exists (select from pg_trigger t where t.tgrelid = to_regclass('public.deals') "
    "    and t.tgfoid = to_regprocedure('public.' || f.name || '()') and t.tgenabled <> 'D') "
    "  then 'is missing or disabled' end "
    "from (values ('log_deal_stage_change'), ('update_deal_last_activity')) f (name) order by 1",

    "select 'view ' || v.name, case when c.oid is null then 'is missing' "
    "  when not exists (select from pg_options_to_table(c.reloptions) o "
    "    where o.option_name = 'security_invoker' and o.option_value in ('true', 'on', '1', 'yes')) "
    "  then 'reads with the rights of its owner' end "
    "from (values ('deal_stage_velocity'), ('quote_win_rates'), ('signal_action_rates'), "
    "  ('compliance_completion_rates')) v (name) "
    "left join pg_class c on c.oid = to_regclass('public.' || v.name) and c.relkind = 'v' order by 1",

    "select 'index ' || w.name, case when i.indexrelid is null then 'is missing' "
    "  when not i.indisvalid then 'is not valid' end "
    "from (values ('idx_feedback_pending'), ('idx_deal_history'), ('idx_deal_history_tenant'), "
    "  ('idx_quotes_status'), ('idx_quotes_client'), ('idx_quotes_followup'), "
    "  ('idx_quote_activities'), ('idx_enrichment_pending'), ('idx_signals_unactioned'), "
    "  ('idx_signals_client'), ('idx_compliance_schedule_due'), ('idx_compliance_due'), "
    "  ('idx_deals_follow_up'), ('idx_deals_stall_detection'), ('idx_enrichment_email'), "
    "  ('idx_quote_outcomes_analysis')) w (name) "
    "left join pg_index i on i.indexrelid = to_regclass('public.' || w.name) order by 1",

    "select 'natural key ' || w.name, case when i.indexrelid is null then 'is missing' "
    "  when not (i.indisunique and i.indisvalid) then 'is not unique' "
    "  when w.name like 'contact%' and not i.indnullsnotdistinct then 'takes nulls as distinct' end "
    "from (values ('opportunity_signals_natural_key'), ('contact_enrichment_queue_natural_key'), "
    "  ('compliance_checks_natural_key')) w (name) "
    "left join pg_index i on i.indexrelid = to_regclass('public.' || w.name) order by 1",

    "select format('foreign key %s of %s', c.conname, c.conrelid::regclass), "
    "  case when not exists (select from pg_index i where i.indrelid = c.conrelid and i.indisvalid "
    "    and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] = c.conkey) then 'has no index' end "
    "from " NEW_TABLES " join pg_constraint c on c.conrelid = to_regclass('public.' || t.name) "
    "  and c.contype = 'f' order by 1",
};

static enum ms_status verify_table(struct checklist *list, const struct table_row *row,
                                   struct ms_error *error) {
  struct store_rows rows;
  const char *values[] = {row->table, row->columns};
  enum ms_status status = store_query(list->store, columns_sql, values, 2, &rows, error);
  if (status) return status;
  const char *why = store_cell(&rows, 0, 0);
  check(list, arena_printf(list->arena, "columns of %s", row->table), span_of(why));
  store_rows_free(&rows);
  return MS_OK;
}

static enum ms_status verify_query(struct checklist *list, const char *sql, struct ms_error *error) {
  struct store_rows rows;
  enum ms_status status = store_query(list->store, sql, NULL, 0, &rows, error);
  if (status) return status;
  for (size_t i = 0; i < rows.n; i++)
    check(list, span_of(store_cell(&rows, i, 0)), span_of(store_cell(&rows, i, 1)));
  store_rows_free(&rows);
  return MS_OK;
}

enum ms_status verify_schema(struct checklist *list, struct ms_error *error) {
  enum ms_status status = MS_OK;
  for (size_t i = 0; i < sizeof tables / sizeof *tables && !status; i++)
    status = verify_table(list, &tables[i], error);
  for (size_t i = 0; i < sizeof queries / sizeof *queries && !status; i++)
    status = verify_query(list, queries[i], error);
  return status;
}
