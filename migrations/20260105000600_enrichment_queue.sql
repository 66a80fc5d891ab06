-- The queue of enrichment gets leases, attempts, due times and credits, and the functions that work it.
--
--   pending ──ms_claim──▶ processing ──ms_complete──▶ completed | skipped
--      ▲                      │  ms_store_answer keeps a paid answer before the merge
--      ├──────ms_release──────┤  attempt given back: nothing was sent
--      ├──────ms_fail─────────┼──▶ failed (permanent, or attempts spent)
--      └──────ms_rescue───────┘  lease run out: pending again, or failed
--
-- A claim is one short statement; no transaction stays open while a provider is asked. Attempts count at the claim,
-- so that a row which kills its worker is bounded. Every later step names the lease token and does nothing when the
-- lease has passed to somebody else. The CRM's own processor, which knows no lease, is given one by a trigger.

alter table public.contact_enrichment_queue
  add column if not exists attempts     integer not null default 0 check (attempts >= 0),
  add column if not exists max_attempts integer not null default 5 check (max_attempts > 0),
  add column if not exists run_at       timestamptz not null default now(),
  add column if not exists locked_until timestamptz,
  add column if not exists lease_token  uuid,
  add column if not exists credits_used numeric(12, 4) not null default 0,
  add column if not exists priority     smallint not null default 100;

comment on table public.contact_enrichment_queue is
  'What is known or to be asked about the sender of a mail. A dead letter is failed; "no match" and "suppressed" are skipped.';
comment on column public.contact_enrichment_queue.attempts is 'Counted when the row is claimed.';
comment on column public.contact_enrichment_queue.run_at is 'Not before; a retry waits as pending with a later run_at.';
comment on column public.contact_enrichment_queue.locked_until is 'End of the lease of a row in processing.';
comment on column public.contact_enrichment_queue.lease_token is 'Proof of the lease; new for every claim.';
comment on column public.contact_enrichment_queue.credits_used is 'What providers charged; may be fractional.';
comment on column public.contact_enrichment_queue.priority is 'Lower goes first.';

update public.contact_enrichment_queue q set status = 'pending' where q.status is null;
alter table public.contact_enrichment_queue alter column status set not null;

-- What was in processing before there were leases belongs to nobody.
update public.contact_enrichment_queue q
set locked_until = now()
where q.status = 'processing' and q.locked_until is null;

-- Rows change often and briefly: leave room on the page, and vacuum early.
alter table public.contact_enrichment_queue set (
  fillfactor = 80,
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_cost_delay = 0
);

create index if not exists contact_enrichment_queue_due_by_tenant_idx
  on public.contact_enrichment_queue (tenant_id, priority, run_at, id) where status = 'pending';
create index if not exists contact_enrichment_queue_due_idx
  on public.contact_enrichment_queue (priority, run_at, id) where status = 'pending';
create index if not exists contact_enrichment_queue_lease_idx
  on public.contact_enrichment_queue (locked_until) where status = 'processing';

create or replace function public.enrichment_queue_lease()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.status = 'processing' then
    new.locked_until := coalesce(new.locked_until, now() + interval '15 minutes');
  else
    new.locked_until := null;
    new.lease_token := null;
  end if;
  return new;
end
$$;

comment on function public.enrichment_queue_lease() is
  'Trigger: a row has a lease exactly while it is in processing.';

revoke execute on function public.enrichment_queue_lease() from public, anon, authenticated, service_role;

drop trigger if exists enrichment_queue_lease on public.contact_enrichment_queue;
create trigger enrichment_queue_lease
  before insert or update of status on public.contact_enrichment_queue
  for each row execute function public.enrichment_queue_lease();

-- Users ask and read; lease, attempts and credits are the worker's.
revoke insert, update on public.contact_enrichment_queue from anon, authenticated;
grant insert (id, tenant_id, contact_id, email_address, source, source_id, status, extracted_data,
              merged_to_contact_id, merge_conflicts, error_message, created_at, processed_at, run_at, priority),
      update (contact_id, email_address, source, source_id, status, extracted_data, merged_to_contact_id,
              merge_conflicts, error_message, processed_at, run_at, priority)
  on public.contact_enrichment_queue to authenticated;

grant select,
      insert (max_attempts, run_at, priority),
      update (attempts, run_at, locked_until, lease_token, credits_used, priority)
  on public.contact_enrichment_queue to mailsignal_worker;

-- claim -------------------------------------------------------------------------------------------------------

create or replace function public.ms_claim(
  p_tenant_id uuid default null,
  p_sources   text[] default null,
  p_limit     integer default 10,
  p_lease     interval default '5 minutes')
returns setof public.contact_enrichment_queue
language plpgsql
set search_path = ''
as $$
begin
  -- One claim at a time: two that lock row by row would share out the end of the queue between them, and what fits into
  -- one request to a provider would become two. The statement below sees what the claim before it has committed.
  perform pg_advisory_xact_lock(hashtextextended('mailsignal.claim', 0));

  -- Two statements, because each is planned for its own index. The inner select is fenced by "for update".
  if p_tenant_id is null then
    return query
    with due as materialized (
      select q.id
      from public.contact_enrichment_queue q
      where q.status = 'pending' and q.run_at <= now()
        and (p_sources is null or q.source = any (p_sources))
      order by q.priority, q.run_at, q.id
      limit p_limit
      for update skip locked
    )
    update public.contact_enrichment_queue q
    set status = 'processing', attempts = q.attempts + 1, locked_until = now() + p_lease, lease_token = gen_random_uuid()
    from due
    where q.id = due.id and q.status = 'pending'
    returning q.*;
  else
    return query
    with due as materialized (
      select q.id
      from public.contact_enrichment_queue q
      where q.tenant_id = p_tenant_id and q.status = 'pending' and q.run_at <= now()
        and (p_sources is null or q.source = any (p_sources))
      order by q.priority, q.run_at, q.id
      limit p_limit
      for update skip locked
    )
    update public.contact_enrichment_queue q
    set status = 'processing', attempts = q.attempts + 1, locked_until = now() + p_lease, lease_token = gen_random_uuid()
    from due
    where q.id = due.id and q.status = 'pending'
    returning q.*;
  end if;
end
$$;

comment on function public.ms_claim(uuid, text[], integer, interval) is
  'Takes up to p_limit due rows of one tenant or all, of the named sources or all; counts the attempt, gives a lease.';

-- keep --------------------------------------------------------------------------------------------------------

create or replace function public.ms_extend(p_id uuid, p_lease_token uuid, p_lease interval default '5 minutes')
returns boolean
language sql
set search_path = ''
as $$
  with held as (
    update public.contact_enrichment_queue q
    set locked_until = now() + p_lease
    where q.id = p_id and q.status = 'processing' and q.lease_token = p_lease_token
    returning 1
  )
  select exists (select from held)
$$;

comment on function public.ms_extend(uuid, uuid, interval) is 'Prolongs a lease; false: it is no longer ours.';

create or replace function public.ms_store_answer(
  p_id             uuid,
  p_lease_token    uuid,
  p_extracted_data jsonb,
  p_credits        numeric default 0)
returns boolean
language sql
set search_path = ''
as $$
  with held as (
    update public.contact_enrichment_queue q
    set extracted_data = coalesce(q.extracted_data, '{}') || p_extracted_data,
        credits_used = q.credits_used + coalesce(p_credits, 0)
    where q.id = p_id and q.status = 'processing' and q.lease_token = p_lease_token
    returning 1
  )
  select exists (select from held)
$$;

comment on function public.ms_store_answer(uuid, uuid, jsonb, numeric) is
  'Keeps what a provider answered, in a commit of its own before the merge, so that a crash does not pay twice.';

-- end ---------------------------------------------------------------------------------------------------------

create or replace function public.ms_complete(
  p_id                   uuid,
  p_lease_token          uuid,
  p_status               text default 'completed',
  p_merged_to_contact_id uuid default null,
  p_merge_conflicts      jsonb default '[]',
  p_reason               text default null,
  p_extracted_data       jsonb default null)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if p_status not in ('completed', 'skipped') then
    raise exception 'a row is completed or skipped, not %', p_status using errcode = 'invalid_parameter_value';
  end if;

  update public.contact_enrichment_queue q
  set status = p_status,
      merged_to_contact_id = coalesce(p_merged_to_contact_id, q.merged_to_contact_id),
      contact_id = coalesce(q.contact_id, p_merged_to_contact_id),
      extracted_data = coalesce(p_extracted_data, q.extracted_data),
      -- A conflict is the same whenever it is seen: only field, current, proposed and source count.
      merge_conflicts = coalesce(q.merge_conflicts, '[]') || coalesce((
        select jsonb_agg(n.value order by n.ordinality)
        from jsonb_array_elements(p_merge_conflicts) with ordinality n
        where not exists (
          select 1 from jsonb_array_elements(coalesce(q.merge_conflicts, '[]')) o
          where (o.value -> 'field', o.value -> 'current', o.value -> 'proposed', o.value -> 'source')
            is not distinct from
                (n.value -> 'field', n.value -> 'current', n.value -> 'proposed', n.value -> 'source'))), '[]'),
      error_message = p_reason,
      processed_at = now()
  where q.id = p_id and q.status = 'processing' and q.lease_token = p_lease_token;
  return found;
end
$$;

comment on function public.ms_complete(uuid, uuid, text, uuid, jsonb, text, jsonb) is
  'Ends a row as completed or skipped (with a reason); adds new conflicts. p_extracted_data replaces what is stored; '
  'null keeps it. False: the lease is no longer ours.';

create or replace function public.ms_fail(
  p_id          uuid,
  p_lease_token uuid,
  p_error       text,
  p_retry_at    timestamptz default null)
returns text
language sql
set search_path = ''
as $$
  update public.contact_enrichment_queue q
  set status = case when p_retry_at is not null and q.attempts < q.max_attempts then 'pending' else 'failed' end,
      run_at = coalesce(p_retry_at, q.run_at),
      error_message = left(p_error, 1000),
      processed_at = case when p_retry_at is not null and q.attempts < q.max_attempts then null else now() end
  where q.id = p_id and q.status = 'processing' and q.lease_token = p_lease_token
  returning q.status
$$;

comment on function public.ms_fail(uuid, uuid, text, timestamptz) is
  'After a failed attempt: pending until p_retry_at while attempts are left, else failed. The new status; null: lease lost.';

create or replace function public.ms_release(
  p_id            uuid,
  p_lease_token   uuid,
  p_run_at        timestamptz default now(),
  p_count_attempt boolean default false)
returns boolean
language sql
set search_path = ''
as $$
  with held as (
    update public.contact_enrichment_queue q
    set status = 'pending',
        run_at = coalesce(p_run_at, now()),
        attempts = case when p_count_attempt then q.attempts else greatest(q.attempts - 1, 0) end
    where q.id = p_id and q.status = 'processing' and q.lease_token = p_lease_token
    returning 1
  )
  select exists (select from held)
$$;

comment on function public.ms_release(uuid, uuid, timestamptz, boolean) is
  'Gives a row back untried (throttled, paused, shutting down): pending from p_run_at on, the attempt given back.';

-- rescue ------------------------------------------------------------------------------------------------------

create or replace function public.ms_rescue(p_limit integer default 100)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_count integer;
begin
  -- One rescuer at a time; the others need not wait for it.
  if not pg_try_advisory_xact_lock(hashtextextended('mailsignal.rescue', 0)) then
    return 0;
  end if;

  with lost as materialized (
    select q.id
    from public.contact_enrichment_queue q
    where q.status = 'processing' and q.locked_until < now()
    order by q.locked_until
    limit p_limit
    for update skip locked
  )
  update public.contact_enrichment_queue q
  set status = case when q.attempts < q.max_attempts then 'pending' else 'failed' end,
      run_at = now(),
      error_message = 'lease ran out',
      processed_at = case when q.attempts < q.max_attempts then null else now() end
  from lost
  where q.id = lost.id and q.status = 'processing' and q.locked_until < now();
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

comment on function public.ms_rescue(integer) is
  'Frees rows whose lease has run out: pending again, or failed when attempts are spent. How many.';

do $$
declare
  v_function regprocedure;
begin
  foreach v_function in array array[
    'public.ms_claim(uuid, text[], integer, interval)',
    'public.ms_extend(uuid, uuid, interval)',
    'public.ms_store_answer(uuid, uuid, jsonb, numeric)',
    'public.ms_complete(uuid, uuid, text, uuid, jsonb, text, jsonb)',
    'public.ms_fail(uuid, uuid, text, timestamptz)',
    'public.ms_release(uuid, uuid, timestamptz, boolean)',
    'public.ms_rescue(integer)']::regprocedure[]
  loop
    execute format('revoke execute on function %s from public, anon, authenticated', v_function);
    execute format('grant execute on function %s to mailsignal_worker, service_role', v_function);
  end loop;
end
$$;
