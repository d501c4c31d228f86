"""Print a script that completes commands and flags in a shell: `eval "$(tf1-rnn completion bash)"`.

The script that is printed asks `--help` for the words, so that it never becomes outdated.
"""

from tf1_rnn import command_line

COMMAND = "completion"
_BASH = r"""_tf1_rnn() {
    local word=${COMP_WORDS[COMP_CWORD]} words
    if [ "$COMP_CWORD" = 1 ]; then
        words=$(tf1-rnn --help | sed -n 's/^  \([a-z][a-z-]*\)   .*/\1/p')
    elif [ "${COMP_WORDS[1]}" = baseline ] && [ "$COMP_CWORD" = 2 ]; then
        words=$(tf1-rnn baseline --help | sed -n 's/^    \([a-z][a-z-]*\)   .*/\1/p')
    elif [ "${word#-}" != "$word" ]; then
        words=$(tf1-rnn "${COMP_WORDS[1]}" --help |
            sed -n 's/^  *\(-h, \)\{0,1\}\(--[a-z_[]*[]a-z_]*\).*/\2/p')
        words="${words//\[no\]/} $(printf %s "$words" | sed -n 's/^--\[no\]/--no/p')"
    fi
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o bashdefault -o default -F _tf1_rnn tf1-rnn
"""
_SHELLS = {"bash": _BASH, "zsh": f"autoload -U +X bashcompinit && bashcompinit\n{_BASH}"}


def main(argv=None):
    """Print the script for the shell that the command line names; return the exit code."""
    parser = command_line.Parser(
        prog="tf1-rnn completion",
        description="Print a script that completes commands and flags. In the shell's start-up "
        'file: eval "$(tf1-rnn completion bash)"',
    )
    parser.add_argument("shell", choices=sorted(_SHELLS), help="the shell to complete in")

    def perform(asked):
        print(_SHELLS[asked.shell], end="")

    return command_line.carry_out(COMMAND, lambda: parser.parse_args(argv), perform)
