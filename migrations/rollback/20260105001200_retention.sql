-- Undoes 20260105001200_retention.sql.

drop function if exists public.ms_purge(integer, integer);
drop policy if exists worker_deletes on public.mailsignal_set_aside;
drop policy if exists worker_reads on public.mailsignal_set_aside;
drop policy if exists worker_deletes on public.contact_enrichment_queue;
do $$
begin
  if exists (select 1 from pg_catalog.pg_roles where rolname = 'mailsignal_worker') then
    revoke delete on public.contact_enrichment_queue from mailsignal_worker;
    revoke all on public.mailsignal_set_aside from mailsignal_worker;
  end if;
end
$$;
drop index if exists public.contact_enrichment_queue_finished_idx;
