-- Undoes 20260105000100_natural_keys.sql: rows that were set aside return, changed values are restored.

drop index if exists public.opportunity_signals_natural_key;
drop index if exists public.contact_enrichment_queue_natural_key;
drop index if exists public.compliance_checks_natural_key;

drop trigger if exists enrichment_queue_key on public.contact_enrichment_queue;
drop function if exists public.enrichment_queue_key();

alter table public.opportunity_signals drop constraint if exists opportunity_signals_signal_type_check;

do $$
begin
  if pg_catalog.to_regclass('public.mailsignal_set_aside') is not null then
    -- What has lost its contact or client since would have gone with it.
    insert into public.opportunity_signals
    select (jsonb_populate_record(null::public.opportunity_signals, a.row_data)).*
    from public.mailsignal_set_aside a
    where a.table_name = 'opportunity_signals' and a.reason = 'duplicate'
      and (a.row_data ->> 'contact_id' is null
           or exists (select 1 from public.contacts c where c.id = (a.row_data ->> 'contact_id')::uuid))
      and (a.row_data ->> 'client_id' is null
           or exists (select 1 from public.clients c where c.id = (a.row_data ->> 'client_id')::uuid))
    on conflict (id) do nothing;

    insert into public.contact_enrichment_queue
    select (jsonb_populate_record(null::public.contact_enrichment_queue, a.row_data)).*
    from public.mailsignal_set_aside a
    where a.table_name = 'contact_enrichment_queue' and a.reason = 'duplicate'
      and (a.row_data ->> 'contact_id' is null
           or exists (select 1 from public.contacts c where c.id = (a.row_data ->> 'contact_id')::uuid))
      and (a.row_data ->> 'merged_to_contact_id' is null
           or exists (select 1 from public.contacts c where c.id = (a.row_data ->> 'merged_to_contact_id')::uuid))
    on conflict (id) do nothing;

    insert into public.compliance_checks
    select (jsonb_populate_record(null::public.compliance_checks, a.row_data)).*
    from public.mailsignal_set_aside a
    where a.table_name = 'compliance_checks' and a.reason = 'duplicate'
      and (a.row_data ->> 'schedule_id' is null
           or exists (select 1 from public.compliance_schedule s where s.id = (a.row_data ->> 'schedule_id')::uuid))
    on conflict (id) do nothing;

    update public.opportunity_signals s
    set signal_type = a.row_data ->> 'signal_type'
    from public.mailsignal_set_aside a
    where a.table_name = 'opportunity_signals' and a.reason = 'signal type' and a.row_id = s.id;
  end if;
end
$$;

update public.opportunity_signals s
set signal_type = substr(s.signal_type, length('legacy:') + 1)
where s.signal_type like 'legacy:%';

update public.contact_enrichment_queue q
set source_id = null
where q.email_address is null and q.source_id = 'contact:' || q.contact_id;

drop table if exists public.mailsignal_set_aside;
