#include "store/verify.h"

/* Two tenants with a user each and one row in the tables that need nothing else. Tenants and users of
 * the CRM are not touched; on Supabase a trigger may make the profile with the user. */
static const char fixture_sql[] =
    "do $$\n"
    "declare\n"
    "  v_id uuid;\n"
    "begin\n"
    "  foreach v_id in array array['00000000-0000-5000-8000-00000000000a',\n"
    "                              '00000000-0000-5000-8000-00000000000b']::uuid[] loop\n"
    "    insert into public.tenants (id, name) values (v_id, 'mailsignal verify');\n"
    "    insert into auth.users (id, email) values (v_id, v_id || '@verify.invalid');\n"
    "    insert into public.profiles (id, tenant_id) values (v_id, v_id)\n"
    "      on conflict (id) do update set tenant_id = excluded.tenant_id;\n"
    "    insert into public.opportunity_signals (tenant_id, source_type, source_id, signal_type)\n"
    "      values (v_id, 'email', 'verify', 'urgency');\n"
    "    insert into public.contact_enrichment_queue (tenant_id, email_address, source)\n"
    "      values (v_id, 'verify@verify.invalid', 'manual');\n"
    "    insert into public.deal_stage_config (tenant_id, stage) values (v_id, 'verify');\n"
    "    insert into public.compliance_schedule\n"
    "      (tenant_id, compliance_type, next_due_at, target_entity_type)\n"
    "      values (v_id, 'verify', now(), 'client');\n"
    "  end loop;\n"
    "end $$;";

static const char act_as_b_sql[] =
    "select set_config('request.jwt.claims', "
    "'{\"sub\":\"00000000-0000-5000-8000-00000000000b\",\"role\":\"authenticated\"}', true), "
    "set_config('request.jwt.claim.sub', '00000000-0000-5000-8000-00000000000b', true), "
    "set_config('role', $1, true)";

#define TENANT_B "'00000000-0000-5000-8000-00000000000b'"

struct probe {
  const char *what;
  const char *role;
  const char *sql;  /* one number */
  const char *want; /* the number; NULL: the statement must be refused */
};

#define SEES_OWN_ONLY(table)                                                              \
  {"a user sees only the own tenant's rows in " table, "authenticated",                   \
   "select count(*) from public." table " where tenant_id <> " TENANT_B, "0"}
#define SEES_OWN(table)                                                                   \
  {"and sees these in " table, "authenticated",                                           \
   "select count(*) from public." table " where tenant_id = " TENANT_B, "1"}

static const struct probe probes[] = {
    SEES_OWN_ONLY("feedback_requests"),
    SEES_OWN_ONLY("deal_stage_history"),
    SEES_OWN_ONLY("deal_stage_config"),
    SEES_OWN("deal_stage_config"),
    SEES_OWN_ONLY("quotes"),
    SEES_OWN_ONLY("quote_activities"),
    SEES_OWN_ONLY("quote_outcomes"),
    SEES_OWN_ONLY("contact_enrichment_queue"),
    SEES_OWN("contact_enrichment_queue"),
    SEES_OWN_ONLY("opportunity_signals"),
    SEES_OWN("opportunity_signals"),
    SEES_OWN_ONLY("compliance_schedule"),
    SEES_OWN("compliance_schedule"),
    SEES_OWN_ONLY("compliance_checks"),
    SEES_OWN_ONLY("deal_stage_velocity"),
    SEES_OWN_ONLY("quote_win_rates"),
    SEES_OWN_ONLY("signal_action_rates"),
    SEES_OWN("signal_action_rates"),
    SEES_OWN_ONLY("compliance_completion_rates"),
    {"a user cannot write into another tenant", "authenticated",
     "insert into public.opportunity_signals (tenant_id, source_type, source_id, signal_type) "
     "values ('00000000-0000-5000-8000-00000000000a', 'email', 'verify', 'churn_risk')",
     NULL},
    {"anon sees no signals", "anon", "select count(*) from public.opportunity_signals", "0"},
    {"anon sees no requests", "anon", "select count(*) from public.contact_enrichment_queue", "0"},
    {"service_role sees both tenants", "service_role",
     "select count(*) from public.opportunity_signals where source_id = 'verify' and tenant_id in "
     "('00000000-0000-5000-8000-00000000000a', " TENANT_B ")",
     "2"},
};

/* A fault of the probe itself (rights, missing tables) is a failed check, a lost connection an error. */
static enum ms_status run_probe(struct checklist *list, const struct probe *probe,
                                struct ms_error *error) {
  struct ms_error why = {0};
  struct store_rows rows = {0};
  const char *role[] = {probe->role};
  enum ms_status status = store_begin(list->store, error);
  if (!status) status = store_script(list->store, fixture_sql, &why);
  if (!status) status = store_query(list->store, act_as_b_sql, role, 1, NULL, &why);
  bool acted = status == MS_OK;
  if (!status) status = store_query(list->store, probe->sql, NULL, 0, &rows, &why);
  const char *got = status ? NULL : probe->want ? store_cell(&rows, 0, 0) : "done";
  struct span told = {0};
  /* Being refused is as good as seeing nothing. */
  bool refused = acted && status && strcmp(store_sqlstate(list->store), "42501") == 0 &&
                 (!probe->want || strcmp(probe->want, "0") == 0);
  if (status && !refused) told = arena_dup(list->arena, span_of(why.text));
  if (!status && (!probe->want || strcmp(got, probe->want) != 0))
    told = arena_printf(list->arena, "%s instead of %s", got, probe->want ? probe->want : "refused");
  store_rows_free(&rows);
  store_rollback(list->store);
  if (status && store_fault(list->store) == STORE_AWAY)
    return ms_fail(error, MS_TRY_AGAIN, "%s", why.text);
  check(list, span_of(probe->what), told);
  return MS_OK;
}

enum ms_status verify_isolation(struct checklist *list, struct ms_error *error) {
  enum ms_status status = MS_OK;
  for (size_t i = 0; i < sizeof probes / sizeof *probes && !status; i++)
    status = run_probe(list, &probes[i], error);
  return status;
}

enum ms_status schema_verify(struct store *store, struct arena *arena, FILE *out, size_t *failed,
                             struct ms_error *error) {
  struct checklist list = {.store = store, .arena = arena, .out = out};
  enum ms_status status = verify_schema(&list, error);
  if (!status) status = verify_isolation(&list, error);
  *failed = list.failed;
  return status;
}
