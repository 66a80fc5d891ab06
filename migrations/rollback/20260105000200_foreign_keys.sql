-- Undoes 20260105000200_foreign_keys.sql.

drop index if exists public.feedback_requests_client_id_idx;
drop index if exists public.feedback_requests_contact_id_idx;
drop index if exists public.deal_stage_history_changed_by_idx;
drop index if exists public.quotes_contact_id_idx;
drop index if exists public.quotes_deal_id_idx;
drop index if exists public.quotes_created_by_idx;
drop index if exists public.quote_activities_tenant_id_idx;
drop index if exists public.quote_activities_created_by_idx;
drop index if exists public.quote_outcomes_quote_id_idx;
drop index if exists public.quote_outcomes_recorded_by_idx;
drop index if exists public.contact_enrichment_queue_contact_id_idx;
drop index if exists public.contact_enrichment_queue_merged_to_contact_id_idx;
drop index if exists public.opportunity_signals_contact_id_idx;
drop index if exists public.compliance_schedule_tenant_id_idx;
drop index if exists public.compliance_checks_schedule_id_idx;
drop index if exists public.compliance_checks_escalated_to_idx;
drop index if exists public.compliance_checks_completed_by_idx;

drop trigger if exists opportunity_signal_tenant on public.opportunity_signals;
drop trigger if exists enrichment_queue_tenant on public.contact_enrichment_queue;
drop function if exists public.opportunity_signal_tenant();
drop function if exists public.enrichment_queue_tenant();

do $$
begin
  if pg_catalog.to_regclass('public.mailsignal_set_aside') is not null then
    update public.contact_enrichment_queue q
    set contact_id = (select c.id from public.contacts c where c.id = (a.row_data ->> 'contact_id')::uuid),
        merged_to_contact_id =
          (select c.id from public.contacts c where c.id = (a.row_data ->> 'merged_to_contact_id')::uuid)
    from public.mailsignal_set_aside a
    where a.table_name = 'contact_enrichment_queue' and a.reason = 'other tenant' and a.row_id = q.id;

    update public.opportunity_signals s
    set contact_id = (select c.id from public.contacts c where c.id = (a.row_data ->> 'contact_id')::uuid),
        client_id = (select c.id from public.clients c where c.id = (a.row_data ->> 'client_id')::uuid)
    from public.mailsignal_set_aside a
    where a.table_name = 'opportunity_signals' and a.reason = 'other tenant' and a.row_id = s.id;

    delete from public.mailsignal_set_aside a where a.reason = 'other tenant';
  end if;

  if exists (
    select 1 from pg_catalog.pg_constraint
    where conrelid = pg_catalog.to_regclass('public.contact_enrichment_queue')
      and conname = 'contact_enrichment_queue_merged_to_contact_id_fkey' and confdeltype = 'n')
  then
    alter table public.contact_enrichment_queue
      drop constraint contact_enrichment_queue_merged_to_contact_id_fkey;
    alter table public.contact_enrichment_queue
      add constraint contact_enrichment_queue_merged_to_contact_id_fkey
      foreign key (merged_to_contact_id) references public.contacts (id);
  end if;
end
$$;
