/*
 * A Windows program that plays the parts the tests need:
 *   actor leave LINE          starts the program of that command line in a group of its own,
 *                             prints its pid and ends: an orphan
 *   actor console             stays, with a console host of its own (one without a window)
 *   actor suspend PID         stops every thread of a process
 *   actor ANYTHING ELSE       stays until it is ended, so a copy named claude.exe can play any agent
 * LINE is the rest of actor's own command line, passed on letter by letter.
 */
#define _WIN32_WINNT 0x0A00
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

LONG NTAPI NtSuspendProcess(HANDLE process);
HRESULT WINAPI CreatePseudoConsole(COORD size, HANDLE input, HANDLE output, DWORD flags, void **console);

static wchar_t *after_word(wchar_t *text) {
  if (*text == L'"') {
    for (text++; *text && *text != L'"'; text++) {}
    if (*text) text++;
  }
  while (*text && *text != L' ') text++;
  while (*text == L' ') text++;
  return text;
}

static int console(void) {
  HANDLE keys, input, output, screen;
  void *console;
  COORD size = {80, 25};
  if (!CreatePipe(&input, &keys, NULL, 0) || !CreatePipe(&screen, &output, NULL, 0)) return 1;
  if (CreatePseudoConsole(size, input, output, 0, &console) != 0) return 1;
  Sleep(INFINITE);
  return 0;
}

static int leave(wchar_t *line) {
  STARTUPINFOW startup = {.cb = sizeof startup};
  PROCESS_INFORMATION started;
  if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, CREATE_NEW_PROCESS_GROUP | DETACHED_PROCESS, NULL, NULL, &startup, &started)) {
    fprintf(stderr, "CreateProcess: %lu\n", GetLastError());
    return 1;
  }
  printf("%lu\n", started.dwProcessId);
  return 0;
}

int main(void) {
  wchar_t *part = after_word(GetCommandLineW());
  wchar_t *rest = after_word(part);
  if (wcsncmp(part, L"console", 7) == 0) return console();
  if (wcsncmp(part, L"leave ", 6) == 0) return leave(rest);
  if (wcsncmp(part, L"suspend ", 8) == 0) {
    HANDLE process = OpenProcess(PROCESS_SUSPEND_RESUME, FALSE, wcstoul(rest, NULL, 10));
    return process == NULL || NtSuspendProcess(process) != 0;
  }
  Sleep(INFINITE);
  return 0;
}
