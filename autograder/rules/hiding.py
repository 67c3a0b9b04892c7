"""What hides in code which function is called."""

from __future__ import annotations

__all__ = ["BY_NAME", "HIDING", "NAMESPACES", "TURNING", "WRITERS"]

HIDING = set(  # these run text, find functions without their names, or load files
    """
    eval exec get_ipython InteractiveShell InteractiveInterpreter pickle _pickle marshal ctypes
    FunctionType LambdaType CodeType __code__ get_objects get_referents getmembers getattr_static
    pkgutil pydoc get_type_hints ForwardRef timeit cProfile runctx mock runstring runpy exec_module
    Bdb DocTestRunner BaseConfigurator EntryPoint import_item load_module zipimporter
    """.split()
)
BY_NAME = {  # which argument is the name
    "getattr": 1, "attrgetter": 0, "methodcaller": 0, "__getattribute__": 0, "import_module": 0,
    "__import__": 0,
}  # fmt: skip
NAMESPACES = {"__dict__", "vars", "globals", "locals", "__globals__", "f_globals"}
WRITERS = set("open write_text write_bytes writestr extractall writefile tofile savetxt".split())
TURNING = set(  # what cells say into something else, or hide that they stopped
    """
    input_transformers_post input_transformers_cleanup input_transformer_manager ast_transformers
    transform_cell register_cell_magic register_line_magic register_line_cell_magic
    register_magic_function register_magics magics_class set_custom_exc CustomTB showtraceback
    _showtraceback excepthook displayhook
    """.split()
)
