-- Row security on databases whose tables were made by an older text of the first two files.
--
-- Policies name their role and read auth.uid() once for each query. Views run with their reader's rights. The API
-- roles lose truncate, references and trigger, to which row security does not apply, and anon loses our functions.

do $$
declare
  v_table text;
begin
  foreach v_table in array array[
    'feedback_requests', 'deal_stage_history', 'deal_stage_config', 'quotes', 'quote_activities', 'quote_outcomes',
    'contact_enrichment_queue', 'opportunity_signals', 'compliance_schedule', 'compliance_checks']
  loop
    execute format('alter table public.%I enable row level security', v_table);

    -- auth.uid() stands in a scalar sub-select: it is then read once for each query, not once for each row.
    execute format('drop policy if exists tenant_isolation on public.%I', v_table);
    execute format($p$
      create policy tenant_isolation on public.%I for all to authenticated
        using (tenant_id in (select p.tenant_id from public.profiles p where p.id = (select auth.uid())))
        with check (tenant_id in (select p.tenant_id from public.profiles p where p.id = (select auth.uid())))
      $p$, v_table);

    execute format('drop policy if exists service_role_all on public.%I', v_table);
    execute format(
      'create policy service_role_all on public.%I for all to service_role using (true) with check (true)',
      v_table);
  end loop;
end
$$;

alter view public.deal_stage_velocity set (security_invoker = true, security_barrier = true);
alter view public.quote_win_rates set (security_invoker = true, security_barrier = true);
alter view public.signal_action_rates set (security_invoker = true, security_barrier = true);
alter view public.compliance_completion_rates set (security_invoker = true, security_barrier = true);

revoke truncate, references, trigger
  on public.feedback_requests, public.deal_stage_history, public.deal_stage_config, public.quotes,
     public.quote_activities, public.quote_outcomes, public.contact_enrichment_queue, public.opportunity_signals,
     public.compliance_schedule, public.compliance_checks
  from anon, authenticated;

revoke execute
  on function public.get_stalled_deals(uuid, integer), public.get_quotes_needing_followup(uuid, integer),
     public.get_compliance_due(uuid, integer), public.seed_default_deal_stages(uuid),
     public.generate_quote_number(uuid), public.advance_compliance_schedule(uuid),
     public.create_compliance_checks_from_schedule(uuid, jsonb), public.calculate_signal_strength(text, jsonb)
  from public, anon;
grant execute
  on function public.get_stalled_deals(uuid, integer), public.get_quotes_needing_followup(uuid, integer),
     public.get_compliance_due(uuid, integer), public.seed_default_deal_stages(uuid),
     public.generate_quote_number(uuid), public.advance_compliance_schedule(uuid),
     public.create_compliance_checks_from_schedule(uuid, jsonb), public.calculate_signal_strength(text, jsonb)
  to authenticated, service_role;
