# agent-reaper for bash: at a prompt it compares two numbers, and every @INTERVAL@ s at most it starts a sweep.
if [[ $- == *i* && $- != *r* && -z ${_agent_reaper_program-} ]]; then
  _agent_reaper_program=@PROGRAM@
  _agent_reaper_at=-@INTERVAL@
  _agent_reaper() {
    local status=$? now=${EPOCHSECONDS:-$SECONDS}
    if (( now - _agent_reaper_at >= @INTERVAL@ || now < _agent_reaper_at )); then
      _agent_reaper_at=$now
      # `bash -r` is not restricted before its start-up files are read.
      if [[ $- != *r* && -x $_agent_reaper_program && ${AGENT_REAPER_DISABLE-} != 1 ]] && _agent_reaper_room 2>/dev/null; then
        /bin/sh -c @DETACHED@ agent-reaper @MARK@ "$_agent_reaper_program" @SWEEP@ </dev/null >/dev/null 2>&1 || :
      fi
    fi
    # The next of PROMPT_COMMAND may ask for it. Under `set -e` it would end the shell.
    [[ $- == *e* ]] || return "$status"
  }
  # Whether one more process can be had: bash waits 15 s for one that it does not get.
  _agent_reaper_room() {
    local IFS=' ' line first most now group='' mine=0
    [[ -r /proc/self/limits ]] || return 0
    while builtin read -r line; do
      [[ $line == 0::/* ]] && group=/sys/fs/cgroup${line#0::}
    done </proc/self/cgroup
    while [[ $group == /sys/fs/cgroup* ]]; do
      group=${group%/}
      if builtin read -r most <"$group/pids.max" && [[ $most != max ]] && builtin read -r now <"$group/pids.current"; then
        (( now + 8 < most )) || return 1
      fi
      group=${group%/*}
    done
    (( EUID )) || return 0
    while builtin read -r first line; do
      [[ "$first $line" == 'Max processes'* ]] && break
    done </proc/self/limits
    # shellcheck disable=SC2086 # words are wanted
    set -- $line
    most=${2-}
    [[ -z $most || $most == *[!0-9]* ]] && return 0
    builtin read -r line </proc/loadavg
    # shellcheck disable=SC2086
    set -- $line
    # All tasks of the system are fewer than this person may have. Else theirs are counted.
    (( ${4#*/} + 8 < most )) && return 0
    for first in /proc/[0-9]*; do
      [[ -O $first ]] && builtin read -r line <"$first/stat" || continue
      # shellcheck disable=SC2086
      set -- ${line##*) }
      (( mine += ${18:-1} ))
    done
    (( mine + 8 < most ))
  }
  if [[ -n ${bash_preexec_imported-}${__bp_imported-} ]]; then
    preexec_functions+=(_agent_reaper)
  # One that cannot be changed stays. Before bash 5 only a subshell can try.
  elif [[ -z ${PROMPT_COMMAND+set} ]] ||
    if (( BASH_VERSINFO[0] < 5 )); then (unset PROMPT_COMMAND) 2>/dev/null; else eval '[[ ${PROMPT_COMMAND@a} != *r* ]]'; fi
  then
    PROMPT_COMMAND="_agent_reaper${PROMPT_COMMAND:+;$PROMPT_COMMAND}"
  fi
fi
