# agent-reaper for fish: before a command it compares two numbers, and every @INTERVAL@ s at most it starts a sweep.
# fish has no clock of its own. Where there is no /proc/uptime, how long ago `/` was changed grows like one (fish 3.5).
if status is-interactive; and not set -q _agent_reaper_program
    and begin; builtin test -r /proc/uptime; or contains path (builtin --names); end
    set -g _agent_reaper_program @PROGRAM@
    set -g _agent_reaper_last
    function _agent_reaper --on-event fish_preexec
        set -l now
        if builtin test -r /proc/uptime
            builtin read -d . now rest </proc/uptime
        else
            # An older fish does not read a file that names a builtin it lacks.
            set now (eval 'builtin path mtime -R /')
        end
        # All but the last digit: @INTERVAL@ s, without arithmetic.
        builtin string match -rq '^(?<now>\d*)\d$' -- $now; or return
        builtin test "$now" = "$_agent_reaper_last"; and return
        set -g _agent_reaper_last $now
        builtin test -x "$_agent_reaper_program" -a "$AGENT_REAPER_DISABLE" != 1; or return
        _agent_reaper_room; or return
        /bin/sh -c @DETACHED@ agent-reaper @MARK@ "$_agent_reaper_program" @SWEEP@ </dev/null >/dev/null 2>&1
    end
    # Whether one more process can be had: fish ends where it does not get one. No command substitution here,
    # it takes a thread.
    function _agent_reaper_room
        builtin test -r /proc/self/limits -a -r /proc/loadavg; or return 0
        set -l line
        set -l group
        while builtin read line
            builtin string match -rq '^0::(?<group>/.*[^/])$' -- $line; and break
        end </proc/self/cgroup
        while builtin test -n "$group" -a -r "/sys/fs/cgroup$group/pids.max" -a -r "/sys/fs/cgroup$group/pids.current"
            set -l most
            set -l now
            builtin read most <"/sys/fs/cgroup$group/pids.max"
            builtin read now <"/sys/fs/cgroup$group/pids.current"
            builtin test "$most" = max; or builtin test "$now" -lt "$most"; or return 1
            builtin string match -rq '^(?<group>.*)/' -- $group; or break
        end
        set -l most
        while builtin read line
            builtin string match -rq '^Max processes\s+(?<most>\d+)' -- $line; and break
        end </proc/self/limits
        builtin test -n "$most"; or return 0
        # All tasks of the system are fewer than this person may have. Else theirs are counted.
        builtin read line </proc/loadavg
        builtin string match -rq '/(?<tasks>\d+)' -- $line
        builtin test "$tasks" -lt "$most"; and return 0
        set -l mine
        for process in /proc/*
            builtin test -O $process; and set -a mine $process/task/*
        end
        not set -q mine[$most]
    end
end
