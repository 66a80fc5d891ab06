-- Undoes 20260105000600_enrichment_queue.sql. Rows in processing stay so, as before there were leases.

drop function if exists public.ms_claim(uuid, text[], integer, interval);
drop function if exists public.ms_extend(uuid, uuid, interval);
drop function if exists public.ms_store_answer(uuid, uuid, jsonb, numeric);
drop function if exists public.ms_complete(uuid, uuid, text, uuid, jsonb, text, jsonb);
drop function if exists public.ms_fail(uuid, uuid, text, timestamptz);
drop function if exists public.ms_release(uuid, uuid, timestamptz, boolean);
drop function if exists public.ms_rescue(integer);

drop trigger if exists enrichment_queue_lease on public.contact_enrichment_queue;
drop function if exists public.enrichment_queue_lease();

drop index if exists public.contact_enrichment_queue_due_by_tenant_idx;
drop index if exists public.contact_enrichment_queue_due_idx;
drop index if exists public.contact_enrichment_queue_lease_idx;

revoke insert, update on public.contact_enrichment_queue from authenticated;
grant insert, update on public.contact_enrichment_queue to anon, authenticated;

do $$
begin
  if exists (select 1 from pg_catalog.pg_roles where rolname = 'mailsignal_worker') then
    revoke select on public.contact_enrichment_queue from mailsignal_worker;
    grant select (id, tenant_id, contact_id, email_address, source, source_id, status, extracted_data,
                  merged_to_contact_id, merge_conflicts, error_message, created_at, processed_at)
      on public.contact_enrichment_queue to mailsignal_worker;
  end if;
end
$$;

alter table public.contact_enrichment_queue alter column status drop not null;
alter table public.contact_enrichment_queue reset (
  fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, autovacuum_vacuum_cost_delay
);
alter table public.contact_enrichment_queue
  drop column if exists attempts,
  drop column if exists max_attempts,
  drop column if exists run_at,
  drop column if exists locked_until,
  drop column if exists lease_token,
  drop column if exists credits_used,
  drop column if exists priority;

comment on table public.contact_enrichment_queue is null;
