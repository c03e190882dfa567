import { Button, createTheme, type CSSVariablesResolver, Modal, NativeSelect, NumberInput, PasswordInput, Select, Switch, Textarea, TextInput } from "@mantine/core";

// One teal; the light scheme uses shade 7, the dark one a step lighter.
const teal = [
  "#e1f1ef",
  "#c6e6e2",
  "#9bd6cf",
  "#70cbc1",
  "#4fc7bb",
  "#2aa598",
  "#138a7f",
  "#0b6e66",
  "#085a54",
  "#064742",
] as const;

// What is said beside a field is read as often as the field.
const SMALL = { description: { fontSize: 14, lineHeight: "20px" }, error: { fontSize: 14, lineHeight: "20px" } };
const field = { styles: { input: { fontSize: 16, minHeight: 44, height: 44, backgroundColor: "var(--paper)" }, label: { marginBottom: 4 }, ...SMALL } };

export const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'DejaVu Sans Mono', 'Liberation Mono', monospace",
  primaryColor: "teal",
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  colors: { teal: [...teal] },
  defaultRadius: 6,
  fontSizes: { xs: "12px", sm: "14px", md: "16px", lg: "20px", xl: "28px" },
  spacing: { xs: "8px", sm: "8px", md: "16px", lg: "24px", xl: "32px" },
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "20px", lineHeight: "24px" }, h2: { fontSize: "16px", lineHeight: "24px" }, h3: { fontSize: "14px", lineHeight: "20px" } } },
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { h: 44, fz: 16, fw: 550 },
      // The accent is lighter in the dark, so the words on it turn dark there.
      vars: (_theme, props) => ({
        root: props.variant === undefined || props.variant === "filled" ? { "--button-bg": "var(--accent)", "--button-hover": "var(--accent)", "--button-color": "var(--on-accent)" } : {},
      }),
    }),
    TextInput: TextInput.extend(field),
    NumberInput: NumberInput.extend(field),
    PasswordInput: PasswordInput.extend(field),
    Select: Select.extend(field),
    NativeSelect: NativeSelect.extend(field),
    Textarea: Textarea.extend({ styles: { input: { fontSize: 16, backgroundColor: "var(--paper)" }, label: { marginBottom: 4 }, ...SMALL } }),
    Switch: Switch.extend({ styles: SMALL }),
    Modal: Modal.extend({ defaultProps: { transitionProps: { duration: 0 }, overlayProps: { backgroundOpacity: 0.35 }, centered: true } }),
  },
});

/** Mantine's own colours, tied to ours, so that there is one palette. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--ground)",
    "--mantine-color-text": "var(--ink)",
    "--mantine-color-dimmed": "var(--muted)",
    "--mantine-color-default": "var(--paper)",
    "--mantine-color-default-border": "var(--line-strong)",
    "--mantine-color-default-hover": "var(--sunken)",
    "--mantine-color-default-color": "var(--ink)",
    "--mantine-color-placeholder": "var(--muted)",
    "--mantine-color-error": "var(--red)",
  };
  return { variables: {}, light: shared, dark: shared };
};
