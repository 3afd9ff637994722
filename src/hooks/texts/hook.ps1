# agent-reaper for PowerShell: at a prompt it compares two times, and every @INTERVAL@ s at most it starts a sweep.
if (-not (Test-Path variable:global:AgentReaperProgram)) {
    $global:AgentReaperProgram = @PROGRAM@
    $global:AgentReaperAt = [DateTime]::MinValue
    $global:AgentReaperPrompt = $function:prompt
    function global:AgentReaperSweep {
        $errors = $global:Error.Count
        try {
            $now = [DateTime]::UtcNow
            if ([Math]::Abs(($now - $global:AgentReaperAt).TotalSeconds) -lt @INTERVAL@) { return }
            $global:AgentReaperAt = $now
            if ($env:AGENT_REAPER_DISABLE -eq '1') { return }
            if (-not [IO.File]::Exists($global:AgentReaperProgram)) { return }
            $start = New-Object Diagnostics.ProcessStartInfo
            $start.FileName = $global:AgentReaperProgram
            $start.Arguments = '@SWEEP@'
            $start.WorkingDirectory = [IO.Path]::GetPathRoot($global:AgentReaperProgram)
            $start.UseShellExecute = $false
            $start.CreateNoWindow = $true
            $start.RedirectStandardInput = $true
            $start.RedirectStandardOutput = $true
            $start.RedirectStandardError = $true
            foreach ($name in @($start.EnvironmentVariables.Keys)) {
                if ($name -like 'BUN_*') { $start.EnvironmentVariables.Remove($name) }
            }
            $start.EnvironmentVariables['AGENT_REAPER_HOOK'] = 'powershell'
            try { [IO.File]::WriteAllText(@MARK@, '') } catch { }
            $started = [Diagnostics.Process]::Start($start)
            $started.StandardInput.Close()
            $started.StandardOutput.Close()
            $started.StandardError.Close()
            $started.Dispose()
        } catch {
        } finally {
            while ($global:Error.Count -gt $errors) { $global:Error.RemoveAt(0) }
        }
    }
    function global:prompt {
        $succeeded = $?
        AgentReaperSweep
        # The prompt that was there before may ask for it.
        if (-not $succeeded) { Write-Error '' -ErrorAction Ignore }
        & $global:AgentReaperPrompt
    }
}
