#ifndef SKEIN_CNCURSES_SHIM_H
#define SKEIN_CNCURSES_SHIM_H

/* The wide-character interface is hidden unless asked for before the header is read. */
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <term.h>
#include <wchar.h>

/*
 * What Swift cannot reach as it stands: macros with arguments, global variables, arrays without a
 * length, strings that old headers do not call const.
 */

static inline WINDOW *curses_standard_window(void) { return stdscr; }
static inline WINDOW *curses_current_screen(void) { return curscr; }
static inline int curses_colors(void) { return COLORS; }
static inline int curses_color_pairs(void) { return COLOR_PAIRS; }

static inline attr_t curses_bold(void) { return A_BOLD; }
static inline attr_t curses_dim(void) { return A_DIM; }
static inline attr_t curses_underline(void) { return A_UNDERLINE; }
static inline attr_t curses_reverse(void) { return A_REVERSE; }

/* One cell; `pair` may be any extended pair. */
static inline int curses_set_cell(cchar_t *cell, const wchar_t *text, attr_t attributes, int pair) {
    return setcchar(cell, text, attributes, 0, &pair);
}

/* Names of the terminfo capabilities in their standard order; NULL after the last. */
static inline const char *terminfo_flag_name(int index) { return boolnames[index]; }
static inline const char *terminfo_number_name(int index) { return numnames[index]; }
static inline const char *terminfo_string_name(int index) { return strnames[index]; }

/* Makes the entry `name` the current one. Returns whether there is such an entry. */
static inline int terminfo_load(const char *name, int fd) {
    int result = 0;
    return setupterm((char *)name, fd, &result) == OK;
}

static inline void terminfo_unload(void) {
    if (cur_term != NULL) del_curterm(cur_term);
}

static inline int terminfo_flag(const char *name) { return tigetflag((char *)name) > 0; }
/* -1 when absent. */
static inline int terminfo_number(const char *name) { return tigetnum((char *)name); }
/* NULL when absent. */
static inline const char *terminfo_string(const char *name) {
    const char *value = tigetstr((char *)name);
    return value == (char *)-1 ? NULL : value;
}

/* wchar.h hides it unless X/Open is asked for, which pkg-config does and SwiftPM drops. */
int wcwidth(wchar_t character);
static inline int curses_width(wchar_t character) { return wcwidth(character); }

static inline SCREEN *curses_open(const char *name, FILE *output, FILE *input) {
    return newterm((char *)name, output, input);
}

#endif
