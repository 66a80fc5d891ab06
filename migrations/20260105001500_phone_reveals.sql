-- Phone numbers that a provider looks up after its answer: asked for only where the tenant has said so, then polled.
--
-- Apollo answers a request with reveal_phone_number at once, without numbers, and has them minutes later under the id of
-- the request. Until then the request waits here. A claim moves poll_at on, which is its lease; the result deletes the
-- request and makes, in the same transaction, a new row of the queue for each person with a number, which is merged as any.

alter table public.enrichment_settings
  add column if not exists reveal_phones boolean not null default false;

comment on column public.enrichment_settings.reveal_phones is
  'Whether providers may look up phone numbers (eight credits each) where the contact has none.';

create table if not exists public.enrichment_reveals (
  provider   text not null,
  request_id bigint not null,
  tenant_id  uuid not null references public.tenants (id) on delete cascade,
  queue_ids  uuid[] not null,
  person_ids text[] not null,
  booked_on  date not null,
  credits    numeric(12, 4) not null,
  polls      integer not null default 0,
  poll_at    timestamptz not null default now(),
  created_at timestamptz not null default now(),
  primary key (provider, request_id),
  check (cardinality(queue_ids) = cardinality(person_ids))
);

comment on table public.enrichment_reveals is 'Requests whose phone numbers are still to come.';
comment on column public.enrichment_reveals.person_ids is 'The provider''s ids of the people in queue_ids, in the same order.';
comment on column public.enrichment_reveals.credits is 'Booked on booked_on until the result says what was charged.';

create index if not exists enrichment_reveals_tenant_id_idx on public.enrichment_reveals (tenant_id);
create index if not exists enrichment_reveals_poll_at_idx on public.enrichment_reveals (poll_at);

alter table public.enrichment_reveals enable row level security;
drop policy if exists service_role_all on public.enrichment_reveals;
create policy service_role_all on public.enrichment_reveals for all to service_role using (true) with check (true);
drop policy if exists worker_writes on public.enrichment_reveals;
create policy worker_writes on public.enrichment_reveals for all to mailsignal_worker
  using (tenant_id = coalesce((select public.ms_tenant_pin()), tenant_id))
  with check (tenant_id = coalesce((select public.ms_tenant_pin()), tenant_id));
revoke all on public.enrichment_reveals from anon, authenticated;
grant select, insert, update, delete on public.enrichment_reveals to mailsignal_worker;

create or replace function public.ms_claim_reveal(
  p_provider  text,
  p_tenant_id uuid default null,
  p_lease     interval default '2 minutes')
returns setof public.enrichment_reveals
language sql
set search_path = ''
as $$
  with due as materialized (
    select r.provider, r.request_id
    from public.enrichment_reveals r
    where r.provider = p_provider and r.poll_at <= now() and (p_tenant_id is null or r.tenant_id = p_tenant_id)
    order by r.poll_at
    limit 1
    for update skip locked
  )
  update public.enrichment_reveals r
  set poll_at = now() + p_lease, polls = r.polls + 1
  from due
  where r.provider = due.provider and r.request_id = due.request_id
  returning r.*
$$;

comment on function public.ms_claim_reveal(text, uuid, interval) is
  'One request to poll for; others see it again after p_lease.';

create or replace function public.ms_delay_reveal(p_provider text, p_request_id bigint, p_poll_at timestamptz)
returns boolean
language sql
set search_path = ''
as $$
  with kept as (
    update public.enrichment_reveals r
    set poll_at = p_poll_at
    where r.provider = p_provider and r.request_id = p_request_id
    returning 1
  )
  select exists (select from kept)
$$;

comment on function public.ms_delay_reveal(text, bigint, timestamptz) is 'The result is not there yet.';

create or replace function public.ms_finish_reveal(
  p_provider   text,
  p_request_id bigint,
  p_person_ids text[],
  p_numbers    jsonb[],
  p_charged    numeric default null)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_reveal public.enrichment_reveals;
  v_count  integer;
begin
  delete from public.enrichment_reveals r
  where r.provider = p_provider and r.request_id = p_request_id
  returning r.* into v_reveal;
  if not found then
    return 0;
  end if;

  if p_charged is not null then
    perform public.ms_settle_credits(v_reveal.tenant_id, p_provider, v_reveal.booked_on, v_reveal.credits, p_charged);
  end if;

  -- The whole former answer, so that whoever reuses it gets all of it.
  insert into public.contact_enrichment_queue (tenant_id, contact_id, email_address, source, source_id, status, extracted_data)
  select q.tenant_id, coalesce(q.contact_id, q.merged_to_contact_id), q.email_address, p_provider,
         'phone:' || p_request_id || ':' || q.id, 'pending',
         jsonb_build_object(p_provider, (q.extracted_data -> p_provider) || n.numbers)
  from unnest(v_reveal.queue_ids, v_reveal.person_ids) asked (queue_id, person_id)
  join unnest(p_person_ids, p_numbers) n (person_id, numbers) on n.person_id = asked.person_id
  join public.contact_enrichment_queue q on q.id = asked.queue_id and q.tenant_id = v_reveal.tenant_id
  where jsonb_typeof(q.extracted_data -> p_provider) = 'object'
  order by q.id
  on conflict do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

comment on function public.ms_finish_reveal(text, bigint, text[], jsonb[], numeric) is
  'The result: numbers (phone, mobile) by the provider''s id of the person, and what was charged (null: nobody knows). New rows.';

do $$
declare
  v_function regprocedure;
begin
  foreach v_function in array array[
    'public.ms_claim_reveal(text, uuid, interval)',
    'public.ms_delay_reveal(text, bigint, timestamptz)',
    'public.ms_finish_reveal(text, bigint, text[], jsonb[], numeric)']::regprocedure[]
  loop
    execute format('revoke execute on function %s from public, anon, authenticated', v_function);
    execute format('grant execute on function %s to mailsignal_worker, service_role', v_function);
  end loop;
end
$$;
