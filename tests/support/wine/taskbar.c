/*
 * A taskbar for a Windows without a screen: `taskbar PROGRAM ARGUMENT …` runs the program and prints what it asks the
 * taskbar for, as Wine's shell32 passes it on: `MESSAGE|TITLE|TEXT|TIP`, line ends in a text as spaces. It has the window
 * of a console, too, as Windows gives one to programs.
 */
#include <stdio.h>
#include <windows.h>

/* struct notify_data of Wine's dlls/shell32/systray.c, as far as it is read here. */
struct asked {
  LONG window;
  UINT id, flags, callback;
  WCHAR tip[128];
  DWORD state, mask;
  WCHAR text[256];
  UINT version;
  WCHAR title[64];
};

static void print(const WCHAR *text) {
  char bytes[1024];
  WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, sizeof bytes, NULL, NULL);
  for (char *at = bytes; *at; at++) putchar(*at == '\n' ? ' ' : *at);
}

static LRESULT CALLBACK hear(HWND window, UINT message, WPARAM w, LPARAM l) {
  if (message != WM_COPYDATA) return DefWindowProcW(window, message, w, l);
  const COPYDATASTRUCT *got = (const COPYDATASTRUCT *)l;
  const struct asked *asked = got->lpData;
  if (got->cbData < sizeof *asked) return FALSE;
  printf("%lu|", (unsigned long)got->dwData);
  print(asked->title);
  putchar('|');
  print(asked->text);
  putchar('|');
  print(asked->tip);
  putchar('\n');
  fflush(stdout);
  return TRUE;
}

int main(int argc, char **argv) {
  WNDCLASSW class = {.lpfnWndProc = hear, .lpszClassName = L"Shell_TrayWnd"};
  RegisterClassW(&class);
  if (!CreateWindowW(L"Shell_TrayWnd", L"", WS_POPUP, 0, 0, 0, 0, NULL, NULL, NULL, NULL)) return 99;
  WNDCLASSW console = {.lpfnWndProc = DefWindowProcW, .lpszClassName = L"ConsoleWindowClass"};
  RegisterClassW(&console);
  if (!CreateWindowW(L"ConsoleWindowClass", L"", WS_POPUP | WS_VISIBLE, 0, 0, 9, 9, NULL, NULL, NULL, NULL)) return 96;
  char line[4096] = "";
  for (int at = 1; at < argc; at++) {
    strcat(line, at > 1 ? " \"" : "\"");
    strcat(line, argv[at]);
    strcat(line, "\"");
  }
  STARTUPINFOA start = {.cb = sizeof start};
  PROCESS_INFORMATION child;
  if (!CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &child)) return 98;
  while (MsgWaitForMultipleObjects(1, &child.hProcess, FALSE, INFINITE, QS_ALLINPUT) != WAIT_OBJECT_0) {
    MSG message;
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) DispatchMessageW(&message);
  }
  DWORD code = 97;
  GetExitCodeProcess(child.hProcess, &code);
  return (int)code;
}
