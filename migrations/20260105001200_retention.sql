-- Retention: finished requests, and rows that migrations set aside, go after the tenant's retention_days (default 90,
-- counted from the end of the request; asking again does not prolong it). Usage is kept for 400 days.
--
-- ms_purge() deletes one small batch; call it until it returns 0. The worker may delete finished requests only.

create index if not exists contact_enrichment_queue_finished_idx
  on public.contact_enrichment_queue ((coalesce(processed_at, created_at)))
  where status in ('completed', 'skipped', 'failed');

grant delete on public.contact_enrichment_queue to mailsignal_worker;
drop policy if exists worker_deletes on public.contact_enrichment_queue;
create policy worker_deletes on public.contact_enrichment_queue for delete to mailsignal_worker
  using (status in ('completed', 'skipped', 'failed')
         and tenant_id = coalesce((select public.ms_tenant_pin()), tenant_id));

grant select, delete on public.mailsignal_set_aside to mailsignal_worker;
drop policy if exists worker_reads on public.mailsignal_set_aside;
create policy worker_reads on public.mailsignal_set_aside for select to mailsignal_worker
  using (tenant_id = coalesce((select public.ms_tenant_pin()), tenant_id));
drop policy if exists worker_deletes on public.mailsignal_set_aside;
create policy worker_deletes on public.mailsignal_set_aside for delete to mailsignal_worker
  using (tenant_id = coalesce((select public.ms_tenant_pin()), tenant_id));

create or replace function public.ms_purge(p_limit integer default 1000, p_days integer default 90)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_count integer;
  v_total integer;
begin
  with old as materialized (
    select q.id
    from public.contact_enrichment_queue q
    left join public.enrichment_settings s on s.tenant_id = q.tenant_id
    where q.status in ('completed', 'skipped', 'failed')
      and coalesce(q.processed_at, q.created_at)
          < now() - coalesce(s.retention_days, p_days) * interval '24 hours'
    order by coalesce(q.processed_at, q.created_at)
    limit p_limit
    for update of q skip locked
  )
  delete from public.contact_enrichment_queue q using old where q.id = old.id;
  get diagnostics v_total = row_count;

  with old as materialized (
    select a.id
    from public.mailsignal_set_aside a
    left join public.enrichment_settings s on s.tenant_id = a.tenant_id
    where a.created_at < now() - coalesce(s.retention_days, p_days) * interval '24 hours'
    limit p_limit
  )
  delete from public.mailsignal_set_aside a using old where a.id = old.id;
  get diagnostics v_count = row_count;
  v_total := v_total + v_count;

  delete from public.enrichment_usage u where u.day < (now() at time zone 'UTC')::date - 400;
  get diagnostics v_count = row_count;
  return v_total + v_count;
end
$$;

comment on function public.ms_purge(integer, integer) is
  'Deletes one batch of what is past its retention; how many rows. p_days holds for tenants without settings.';

revoke execute on function public.ms_purge(integer, integer) from public, anon, authenticated;
grant execute on function public.ms_purge(integer, integer) to mailsignal_worker, service_role;
