// Stars in a shadow root: <star-rating value="4"></star-rating>.
customElements.define('star-rating', class extends HTMLElement {
  connectedCallback() {
    const root = this.attachShadow({ mode: 'open' });
    root.innerHTML = '<style>button{border:0;background:none;font-size:1.4rem;color:#b5642b;cursor:pointer}</style>';
    for (let star = 1; star <= 5; star++) {
      const button = document.createElement('button');
      button.type = 'button';
      button.setAttribute('aria-label', `${star} of 5 stars`);
      button.addEventListener('click', () => this.show(star));
      root.append(button);
    }
    this.show(Number(this.getAttribute('value')));
  }
  show(value) {
    this.setAttribute('value', value);
    this.shadowRoot.querySelectorAll('button').forEach((button, index) => {
      button.textContent = index < value ? '★' : '☆';
      button.setAttribute('aria-pressed', String(index + 1 === value));
    });
  }
});
