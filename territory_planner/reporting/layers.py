"""The map's layers as Folium elements; the drawing itself is in ``templates/map_layers.js``.

Folium is imported with this module, so this module is imported only where a map is drawn.
"""

from __future__ import annotations

from html import escape
from typing import Any

from branca.element import Element, Figure
from folium.map import Layer
from folium.template import Template


class PlanLayer(Layer):
    """One layer of a plan's map, built by the page when it is first shown.

    Parameters
    ----------
    key
        A word of letters and digits, no two layers alike.
    name
        What the layer control calls it; may hold any text.
    kind
        The function of ``map_layers.js`` that builds it.
    settings
        That function's argument.
    overlay, show
        Whether it lies over the others, and whether it is shown at first.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = planMap.{{ this.kind }}({{ this.settings|tojson }});
        {% endmacro %}
        """
    )

    def __init__(
        self,
        key: str,
        name: str,
        kind: str,
        settings: dict[str, Any] | None = None,
        *,
        overlay: bool = True,
        show: bool = True,
    ) -> None:
        # Leaflet writes a layer's name into the page as HTML.
        super().__init__(name=escape(name), overlay=overlay, control=True, show=show)
        self._name = "layer"
        self._id = key
        self.kind = kind
        self.settings = settings or {}


class Verbatim(Element):
    """Text that goes into the page as it is; a plain element would read it as a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:
        """Return the text."""
        return self.text


class PlanPage(Figure):
    """The page round a map; its last line puts the map's legend and clicks in place.

    Parameters
    ----------
    title
        The page's title; any text.
    map_name
        The name of the map in the page's script.
    """

    _template = Template(
        """<!DOCTYPE html>
<html lang="en">
<head>
<title>{{ this.title|e }}</title>
{{ this.header.render(**kwargs) }}
</head>
<body>
{{ this.html.render(**kwargs) }}
<script>
{{ this.script.render(**kwargs) }}
planMap.start({{ this.map_name }});
</script>
</body>
</html>
"""
    )

    def __init__(self, title: str, map_name: str) -> None:
        super().__init__(title=title)
        self.map_name = map_name
