# agent-reaper for zsh: before a command it compares two numbers, and every @INTERVAL@ s at most it starts a sweep.
if [[ -o interactive && ! -o restricted && -z ${_agent_reaper_program-} ]]; then
  typeset -g _agent_reaper_program=@PROGRAM@
  typeset -gi _agent_reaper_at=-@INTERVAL@
  zmodload -F zsh/datetime p:EPOCHSECONDS 2>/dev/null
  _agent_reaper() {
    emulate -L zsh
    local -i now=${EPOCHSECONDS:-$SECONDS}
    (( now - _agent_reaper_at < @INTERVAL@ && now >= _agent_reaper_at )) && return 0
    _agent_reaper_at=now
    [[ -x $_agent_reaper_program && ${AGENT_REAPER_DISABLE-} != 1 ]] || return 0
    {
      { /bin/sh -c @DETACHED@ agent-reaper @MARK@ "$_agent_reaper_program" @SWEEP@ || :; } </dev/null >/dev/null 2>&1
    } always {
      # Where no process can be made the command that was typed says so, and not this.
      TRY_BLOCK_ERROR=0
    }
    return 0
  }
  typeset -ga preexec_functions
  preexec_functions+=(_agent_reaper)
fi
