/*
 * A Windows program that plays the parts the tests need:
 *   actor sleep …             stays until it is ended
 *   actor leave LINE          starts the program of that command line in a group of its own,
 *                             prints its pid and ends: an orphan
 *   actor leave-console LINE  the same with a console of its own
 *   actor suspend PID         stops every thread of a process
 * LINE is the rest of actor's own command line, passed on letter by letter.
 */
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

LONG NTAPI NtSuspendProcess(HANDLE process);

static wchar_t *after_word(wchar_t *text) {
  if (*text == L'"') {
    for (text++; *text && *text != L'"'; text++) {}
    if (*text) text++;
  }
  while (*text && *text != L' ') text++;
  while (*text == L' ') text++;
  return text;
}

static int leave(wchar_t *line, DWORD flags) {
  STARTUPINFOW startup = {.cb = sizeof startup};
  PROCESS_INFORMATION started;
  if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, flags, NULL, NULL, &startup, &started)) {
    fprintf(stderr, "CreateProcess: %lu\n", GetLastError());
    return 1;
  }
  printf("%lu\n", started.dwProcessId);
  return 0;
}

int main(void) {
  wchar_t *part = after_word(GetCommandLineW());
  wchar_t *rest = after_word(part);
  if (wcsncmp(part, L"sleep", 5) == 0) {
    Sleep(INFINITE);
    return 0;
  }
  if (wcsncmp(part, L"leave-console ", 14) == 0) return leave(rest, CREATE_NEW_CONSOLE);
  if (wcsncmp(part, L"leave ", 6) == 0) return leave(rest, CREATE_NEW_PROCESS_GROUP | DETACHED_PROCESS);
  if (wcsncmp(part, L"suspend ", 8) == 0) {
    HANDLE process = OpenProcess(PROCESS_SUSPEND_RESUME, FALSE, wcstoul(rest, NULL, 10));
    return process == NULL || NtSuspendProcess(process) != 0;
  }
  fprintf(stderr, "actor: no such part\n");
  return 2;
}
