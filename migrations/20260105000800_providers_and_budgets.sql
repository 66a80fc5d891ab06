-- What several workers must know together: whether a provider is paused, how much of its rate is used, what a tenant
-- allows and what it has spent today.
--
-- Rate limits are a team's, whichever process asks; so is a pause after "too many requests" or "key refused".
-- A tenant's settings say whether it wants paid look-ups, for what purpose, and for how much a day. Days are UTC.

create table if not exists public.enrichment_providers (
  provider     text primary key,
  paused_until timestamptz,
  pause_reason text,
  updated_at   timestamptz not null default now()
);

comment on table public.enrichment_providers is 'Providers that are to be left alone for a while.';

create table if not exists public.enrichment_rate_windows (
  provider          text not null,
  endpoint          text not null,
  window_seconds    integer not null check (window_seconds > 0),
  request_limit     integer not null check (request_limit >= 0),
  requests_used     integer not null default 0,
  window_started_at timestamptz not null default now(),
  primary key (provider, endpoint, window_seconds)
);

comment on table public.enrichment_rate_windows is
  'Fixed windows of a provider''s rate limit by endpoint, opened by the first request; no row: unlimited or unknown.';

create table if not exists public.enrichment_settings (
  tenant_id      uuid primary key references public.tenants (id) on delete cascade,
  lookups        boolean not null default false,
  purpose        text,
  daily_credits  numeric(12, 4) check (daily_credits >= 0),
  own_domains    text[] not null default '{}',
  reask_days     integer not null default 90 check (reask_days >= 0),
  retention_days integer not null default 90 check (retention_days > 0),
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now()
);

comment on table public.enrichment_settings is 'What a tenant has decided about enrichment.';
comment on column public.enrichment_settings.lookups is 'Whether providers may be asked about its contacts.';
comment on column public.enrichment_settings.purpose is 'Why, in the tenant''s words; kept for those who ask.';
comment on column public.enrichment_settings.daily_credits is 'Most credits a day over all providers; null: no bound.';
comment on column public.enrichment_settings.reask_days is 'Days before the same address is asked about again.';
comment on column public.enrichment_settings.retention_days is 'Days that finished requests are kept.';

create table if not exists public.enrichment_usage (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  day       date not null,
  provider  text not null,
  requests  integer not null default 0,
  credits   numeric(12, 4) not null default 0,
  primary key (tenant_id, day, provider)
);

comment on table public.enrichment_usage is 'Requests and credits by tenant, day (UTC) and provider.';

do $$
declare
  v_table text;
begin
  foreach v_table in array array[
    'enrichment_providers', 'enrichment_rate_windows', 'enrichment_settings', 'enrichment_usage']
  loop
    execute format('alter table public.%I enable row level security', v_table);
    execute format('drop policy if exists service_role_all on public.%I', v_table);
    execute format(
      'create policy service_role_all on public.%I for all to service_role using (true) with check (true)', v_table);
    execute format('revoke all on public.%I from anon, authenticated', v_table);
  end loop;
end
$$;

drop policy if exists worker_writes on public.enrichment_providers;
create policy worker_writes on public.enrichment_providers
  for all to mailsignal_worker using (true) with check (true);
drop policy if exists worker_writes on public.enrichment_rate_windows;
create policy worker_writes on public.enrichment_rate_windows
  for all to mailsignal_worker using (true) with check (true);
drop policy if exists worker_reads on public.enrichment_settings;
create policy worker_reads on public.enrichment_settings for select to mailsignal_worker
  using (tenant_id = coalesce((select public.ms_tenant_pin()), tenant_id));
drop policy if exists worker_writes on public.enrichment_usage;
create policy worker_writes on public.enrichment_usage for all to mailsignal_worker
  using (tenant_id = coalesce((select public.ms_tenant_pin()), tenant_id))
  with check (tenant_id = coalesce((select public.ms_tenant_pin()), tenant_id));
drop policy if exists tenant_isolation on public.enrichment_settings;
create policy tenant_isolation on public.enrichment_settings for all to authenticated
  using (tenant_id in (select p.tenant_id from public.profiles p where p.id = (select auth.uid())))
  with check (tenant_id in (select p.tenant_id from public.profiles p where p.id = (select auth.uid())));
drop policy if exists tenant_isolation on public.enrichment_usage;
create policy tenant_isolation on public.enrichment_usage for select to authenticated
  using (tenant_id in (select p.tenant_id from public.profiles p where p.id = (select auth.uid())));

grant select, insert, update on public.enrichment_settings to authenticated;
grant select on public.enrichment_usage to authenticated;
grant select, insert, update on public.enrichment_providers to mailsignal_worker;
grant select, insert, update, delete on public.enrichment_rate_windows to mailsignal_worker;
grant select on public.enrichment_settings to mailsignal_worker;
grant select, insert, update, delete on public.enrichment_usage to mailsignal_worker;

-- pauses ------------------------------------------------------------------------------------------------------

create or replace function public.ms_pause_provider(p_provider text, p_until timestamptz, p_reason text default null)
returns timestamptz
language sql
set search_path = ''
as $$
  insert into public.enrichment_providers as p (provider, paused_until, pause_reason)
  values (p_provider, p_until, p_reason)
  on conflict (provider) do update
  set paused_until = greatest(p.paused_until, excluded.paused_until),
      pause_reason = case when excluded.paused_until >= coalesce(p.paused_until, '-infinity')
                          then excluded.pause_reason else p.pause_reason end,
      updated_at = now()
  returning p.paused_until
$$;

comment on function public.ms_pause_provider(text, timestamptz, text) is
  'Pauses a provider for all workers; a longer pause is never shortened. Until when.';

create or replace function public.ms_resume_provider(p_provider text)
returns void
language sql
set search_path = ''
as $$
  update public.enrichment_providers p
  set paused_until = null, pause_reason = null, updated_at = now()
  where p.provider = p_provider
$$;

comment on function public.ms_resume_provider(text) is 'Ends a pause.';

create or replace function public.ms_provider_paused_until(p_provider text)
returns timestamptz
language sql stable
set search_path = ''
as $$
  select p.paused_until from public.enrichment_providers p where p.provider = p_provider and p.paused_until > now()
$$;

comment on function public.ms_provider_paused_until(text) is 'The end of a running pause; null: none.';

-- rates -------------------------------------------------------------------------------------------------------

create or replace function public.ms_record_rate(
  p_provider       text,
  p_endpoint       text,
  p_window_seconds integer,
  p_limit          integer,
  p_used           integer)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_limit is null then
    delete from public.enrichment_rate_windows w
    where w.provider = p_provider and w.endpoint = p_endpoint and w.window_seconds = p_window_seconds;
    return;
  end if;

  -- The provider's own count wins over ours, except that answers may arrive out of order within one window.
  insert into public.enrichment_rate_windows as w (provider, endpoint, window_seconds, request_limit, requests_used)
  values (p_provider, p_endpoint, p_window_seconds, p_limit, coalesce(p_used, 0))
  on conflict (provider, endpoint, window_seconds) do update
  set request_limit = excluded.request_limit,
      window_started_at = case when w.window_started_at + w.window_seconds * interval '1 second' <= now()
                               then now() else w.window_started_at end,
      requests_used = case when w.window_started_at + w.window_seconds * interval '1 second' <= now()
                           then excluded.requests_used else greatest(w.requests_used, excluded.requests_used) end;
end
$$;

comment on function public.ms_record_rate(text, text, integer, integer, integer) is
  'Notes a limit and its use as the provider''s headers tell them; p_limit null: the window is unlimited.';

create or replace function public.ms_take_rate(p_provider text, p_endpoint text, p_requests integer default 1)
returns timestamptz
language plpgsql
set search_path = ''
as $$
declare
  v_free_at timestamptz;
begin
  perform 1
  from public.enrichment_rate_windows w
  where w.provider = p_provider and w.endpoint = p_endpoint
  order by w.window_seconds
  for update;

  update public.enrichment_rate_windows w
  set window_started_at = now(), requests_used = 0
  where w.provider = p_provider and w.endpoint = p_endpoint
    and w.window_started_at + w.window_seconds * interval '1 second' <= now();

  select max(w.window_started_at + w.window_seconds * interval '1 second') into v_free_at
  from public.enrichment_rate_windows w
  where w.provider = p_provider and w.endpoint = p_endpoint
    and w.requests_used + p_requests > w.request_limit;

  if v_free_at is null then
    update public.enrichment_rate_windows w
    set requests_used = w.requests_used + p_requests
    where w.provider = p_provider and w.endpoint = p_endpoint;
  end if;
  return v_free_at;
end
$$;

comment on function public.ms_take_rate(text, text, integer) is
  'Books requests in every window of an endpoint. Null: go; else nothing is booked, and the time when there is room.';

-- budgets -----------------------------------------------------------------------------------------------------

create or replace function public.ms_reserve_credits(
  p_tenant_id uuid,
  p_provider  text,
  p_credits   numeric,
  p_budget    numeric default null)
returns date
language plpgsql
set search_path = ''
as $$
declare
  v_day    date := (now() at time zone 'UTC')::date;
  v_budget numeric;
  v_spent  numeric;
begin
  -- One reservation of a tenant at a time: the sum over its providers must not be overtaken.
  perform pg_advisory_xact_lock(hashtextextended('mailsignal.budget:' || p_tenant_id, 0));

  select least(p_budget, s.daily_credits) into v_budget
  from (select 1) one
  left join public.enrichment_settings s on s.tenant_id = p_tenant_id;

  select coalesce(sum(u.credits), 0) into v_spent
  from public.enrichment_usage u
  where u.tenant_id = p_tenant_id and u.day = v_day;

  if v_spent + p_credits > v_budget then
    return null;
  end if;

  insert into public.enrichment_usage as u (tenant_id, day, provider, requests, credits)
  values (p_tenant_id, v_day, p_provider, 1, p_credits)
  on conflict (tenant_id, day, provider) do update
  set requests = u.requests + 1, credits = u.credits + excluded.credits;
  return v_day;
end
$$;

comment on function public.ms_reserve_credits(uuid, text, numeric, numeric) is
  'Books credits before a request, within the smaller of the tenant''s daily bound and p_budget. The day to settle, '
  'or null: not today.';

create or replace function public.ms_settle_credits(
  p_tenant_id uuid,
  p_provider  text,
  p_day       date,
  p_reserved  numeric,
  p_charged   numeric)
returns void
language sql
set search_path = ''
as $$
  update public.enrichment_usage u
  set credits = greatest(u.credits - p_reserved + p_charged, 0)
  where u.tenant_id = p_tenant_id and u.provider = p_provider and u.day = p_day
$$;

comment on function public.ms_settle_credits(uuid, text, date, numeric, numeric) is
  'Replaces a reservation by what was charged.';

create or replace function public.ms_lookups_allowed(p_tenant_id uuid, p_default boolean default false)
returns boolean
language sql stable
set search_path = ''
as $$
  select coalesce((select s.lookups from public.enrichment_settings s where s.tenant_id = p_tenant_id), p_default)
$$;

comment on function public.ms_lookups_allowed(uuid, boolean) is
  'Whether providers may be asked for this tenant; p_default where it has not said.';

do $$
declare
  v_function regprocedure;
begin
  foreach v_function in array array[
    'public.ms_pause_provider(text, timestamptz, text)',
    'public.ms_resume_provider(text)',
    'public.ms_provider_paused_until(text)',
    'public.ms_record_rate(text, text, integer, integer, integer)',
    'public.ms_take_rate(text, text, integer)',
    'public.ms_reserve_credits(uuid, text, numeric, numeric)',
    'public.ms_settle_credits(uuid, text, date, numeric, numeric)',
    'public.ms_lookups_allowed(uuid, boolean)']::regprocedure[]
  loop
    execute format('revoke execute on function %s from public, anon, authenticated', v_function);
    execute format('grant execute on function %s to mailsignal_worker, service_role', v_function);
  end loop;
end
$$;
